// A PostgreSQL server asked by psql, with a fixed question and libpq's environment: libpq itself
// stays out of our processes, and a password out of every command line.
#pragma once

#include "agent/collect/service/postgres_answer.h"
#include "agent/collect/service/settings.h"

namespace mainstay::agent::service {

/// How to reach it, ready to be asked.
struct PostgresAccess {
  std::string psql;  // the program
  std::vector<std::string> environment;
  std::string database;  // the first to be asked; empty: what the service file says
};

/// Denied if the password cannot be had.
Result<PostgresAccess> open_postgres(const Postgres& postgres, const std::string& psql);

/// Unavailable, in psql's own words, if it cannot be asked.
Result<ServerAnswer> ask_server(const PostgresAccess& access);
/// Of one database, by name.
Result<DatabaseAnswer> ask_database(const PostgresAccess& access, const std::string& database);

}  // namespace mainstay::agent::service
