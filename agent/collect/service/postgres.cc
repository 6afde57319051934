#include "agent/collect/service/postgres.h"

#include <algorithm>

#include "agent/collect/tool/tool.h"

namespace mainstay::agent::service {
namespace {

constexpr Duration kPsqlTimeMax = std::chrono::seconds(10);

// Versions 10 and later. What only a primary or only a standby knows is asked of it alone.
constexpr const char* kServerQuestion = R"(SELECT json_build_object(
 'version', current_setting('server_version'),
 'up_seconds', floor(extract(epoch FROM now() - pg_postmaster_start_time()))::bigint,
 'is_standby', pg_is_in_recovery(),
 'sees_all', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
             OR pg_has_role('pg_read_all_stats', 'USAGE'),
 'xid_age', (SELECT max(age(datfrozenxid)) FROM pg_database),
 'xid_limit', current_setting('autovacuum_freeze_max_age')::bigint,
 'xid_database', (SELECT datname FROM pg_database ORDER BY age(datfrozenxid) DESC LIMIT 1),
 'multixact_age', (SELECT max(mxid_age(datminmxid)) FROM pg_database),
 'multixact_limit', current_setting('autovacuum_multixact_freeze_max_age')::bigint,
 'transaction', (SELECT json_agg(json_build_object('pid', pid, 'state', state,
     'seconds', floor(extract(epoch FROM clock_timestamp() - xact_start))::bigint))
   FROM (SELECT pid, state, xact_start FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
         ORDER BY xact_start LIMIT 1) AS oldest),
 'prepared_seconds', (SELECT floor(extract(epoch FROM max(now() - prepared)))::bigint FROM pg_prepared_xacts),
 'receivers', (SELECT count(*) FROM pg_stat_wal_receiver),
 'lag_seconds', CASE WHEN NOT pg_is_in_recovery() THEN NULL
   WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
        AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0
   ELSE floor(extract(epoch FROM now() - pg_last_xact_replay_timestamp()))::bigint END,
 'replicas', (SELECT json_agg(json_build_object('name', application_name, 'state', state,
     'lag_seconds', floor(extract(epoch FROM replay_lag))::bigint,
     'lag_bytes', CASE WHEN pg_is_in_recovery() THEN NULL
                  ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint END))
   FROM (SELECT * FROM pg_stat_replication ORDER BY replay_lag DESC NULLS LAST LIMIT 16) AS worst),
 'slots', (SELECT json_agg(json_build_object('name', slot_name,
     'kept_bytes', CASE WHEN pg_is_in_recovery() THEN NULL
                   ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint END))
   FROM (SELECT * FROM pg_replication_slots WHERE NOT active ORDER BY restart_lsn LIMIT 16) AS idle),
 'databases', (SELECT json_agg(datname) FROM (SELECT datname FROM pg_database
   WHERE datallowconn AND NOT datistemplate ORDER BY pg_database.oid LIMIT 17) AS few)))";

constexpr const char* kDatabaseQuestion = R"(WITH tables AS (
  SELECT schemaname || '.' || relname AS name, n_live_tup AS live, n_dead_tup AS dead,
    n_mod_since_analyze AS changed,
    floor(extract(epoch FROM now() - greatest(last_vacuum, last_autovacuum)))::bigint AS vacuum_seconds,
    floor(extract(epoch FROM now() - greatest(last_analyze, last_autoanalyze)))::bigint AS analyze_seconds
  FROM pg_stat_user_tables),
worst AS ((SELECT * FROM tables ORDER BY dead DESC LIMIT 16)
  UNION (SELECT * FROM tables ORDER BY changed DESC LIMIT 16))
SELECT json_build_object('tables', (SELECT count(*) FROM tables),
  'live', (SELECT coalesce(sum(live), 0)::bigint FROM tables),
  'dead', (SELECT coalesce(sum(dead), 0)::bigint FROM tables),
  'worst', (SELECT json_agg(worst) FROM worst)))";

/// The first line that psql complained with, without its own name.
std::string complaint_of(const ToolAnswer& answer) {
  std::string line = answer.error_output.substr(0, answer.error_output.find('\n'));
  constexpr std::string_view kName = "psql: ";
  for (const std::string_view start :
       {kName, std::string_view("error: "), std::string_view("ERROR:  ")}) {
    if (line.starts_with(start)) line.erase(0, start.size());
  }
  return line.empty() ? "psql ended with " + std::to_string(answer.exit) : line;
}

Result<std::string> ask(const PostgresAccess& access, const char* question,
                        const std::string& database) {
  ToolOrder order{.argv = {access.psql, "-XAtqw", "-v", "ON_ERROR_STOP=1", "-c", question},
                  .environment = access.environment,
                  .output_bytes_max = kAnswerBytesMax,
                  .time_max = kPsqlTimeMax};
  if (!database.empty()) order.environment.push_back("PGDATABASE=" + database);
  TRY(ToolAnswer answer, run_tool(order));
  if (answer.exit != 0) return fail(Fault::Unavailable, complaint_of(answer));
  if (answer.was_cut) return fail(Fault::Malformed, "psql: too much output");
  return std::move(answer.output);
}

}  // namespace

Result<PostgresAccess> open_postgres(const Postgres& postgres, const std::string& psql) {
  TRY(const std::string password, load_secret(postgres.secret));
  PostgresAccess access{
      .psql = psql,
      .environment =
          {"PGAPPNAME=mainstay", "PGCONNECT_TIMEOUT=5", "PGCLIENTENCODING=UTF8",
           // Nothing that a table's owner made is found by the names of our question.
           "PGOPTIONS=-c statement_timeout=8000 -c lock_timeout=2000 -c search_path=pg_catalog "
           "-c default_transaction_read_only=on"},
      .database = postgres.database};
  if (postgres.database.empty() && postgres.service.empty()) access.database = "postgres";
  const std::pair<const char*, const std::string&> variables[] = {{"PGSERVICE", postgres.service},
                                                                  {"PGHOST", postgres.host},
                                                                  {"PGPORT", postgres.port},
                                                                  {"PGUSER", postgres.user},
                                                                  {"PGPASSWORD", password}};
  for (const auto& [name, value] : variables) {
    if (!value.empty()) access.environment.push_back(std::string(name) + "=" + value);
  }
  return access;
}

Result<ServerAnswer> ask_server(const PostgresAccess& access) {
  TRY(const std::string text, ask(access, kServerQuestion, access.database));
  return read_server_answer(text);
}

Result<DatabaseAnswer> ask_database(const PostgresAccess& access, const std::string& database) {
  // A name for an environment: whatever a server calls its databases.
  if (database.empty() || std::ranges::any_of(database, [](char c) { return c >= 0 && c < ' '; })) {
    return fail(Fault::Malformed, "a name that is not asked for");
  }
  TRY(const std::string text, ask(access, kDatabaseQuestion, database));
  return read_database_answer(text);
}

}  // namespace mainstay::agent::service
