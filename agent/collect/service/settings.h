// What of databases a person wants looked at: /etc/mainstay/service.yaml. Units need none.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/settings/secret.h"
#include "common/core/time.h"

namespace mainstay::agent::service {

/// Past these a database is refuted.
struct PostgresLimits {
  Duration lag = std::chrono::minutes(1);
  Duration transaction = std::chrono::hours(1);
  Duration vacuum = std::chrono::hours(24 * 7);
  std::uint32_t dead_percent = 40;                // autovacuum comes at a sixth of all rows
  std::optional<std::uint32_t> xid_percent = {};  // of 2^31; else by autovacuum_freeze_max_age
};

/// As libpq's environment has them; empty: libpq's own.
struct Postgres {
  std::string name;
  std::string service = {};  // of pg_service.conf
  std::string host = {};
  std::string port = {};
  std::string user = {};
  std::string database = {};
  Secret secret = {};
  PostgresLimits limits = {};
};

/// Complains with file, line and column.
Result<std::vector<Postgres>> read_service_settings(const document::Node& node,
                                                    const std::string& file);

}  // namespace mainstay::agent::service
