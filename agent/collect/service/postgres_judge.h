// What is good and bad of a PostgreSQL server, by the limits of a person.
#pragma once

#include "agent/collect/service/postgres_answer.h"
#include "agent/collect/service/settings.h"
#include "common/plan/finding.h"

namespace mainstay::agent::service {

/// Of the server: itself, its replication, its transactions, its transaction ids.
std::vector<Finding> judge_server(const Postgres& postgres, const ServerAnswer& answer,
                                  WallTime now);

/// Of one of its databases: dead rows, vacuum, analyze.
Finding judge_database(const Postgres& postgres, const std::string& database,
                       const DatabaseAnswer& answer, WallTime now);

}  // namespace mainstay::agent::service
