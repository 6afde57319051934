// What a PostgreSQL server said of itself, as one JSON object a question. The names in it are of
// anybody's making, and so is the server: the reader takes nothing for granted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent::service {

inline constexpr std::size_t kAnswerBytesMax = 256UL * 1024;
inline constexpr std::size_t kReplicasMax = 16;
inline constexpr std::size_t kSlotsMax = 16;
inline constexpr std::size_t kDatabasesMax = 16;
inline constexpr std::size_t kTablesMax = 32;

struct Replica {
  std::string name;
  std::string state;
  std::optional<std::int64_t> lag_seconds;  // absent: nothing was written for it to lag behind
  std::optional<std::int64_t> lag_bytes;
};

/// A replication slot that nobody reads: the server keeps its log for it, to the end of the disk.
struct IdleSlot {
  std::string name;
  std::optional<std::int64_t> kept_bytes;
};

struct ServerAnswer {
  std::string version;
  std::int64_t up_seconds = 0;
  bool is_standby = false;
  bool sees_all = false;  // else others' sessions and replicas are hidden from this user
  std::int64_t xid_age = 0;
  std::int64_t xid_limit = 0;  // autovacuum_freeze_max_age
  std::string xid_database;
  std::int64_t multixact_age = 0;
  std::int64_t multixact_limit = 0;
  std::optional<std::int64_t> transaction_seconds;  // the longest
  std::int64_t transaction_pid = 0;
  std::string transaction_state;
  std::optional<std::int64_t> prepared_seconds;
  std::int64_t receivers = 0;               // of a standby
  std::optional<std::int64_t> lag_seconds;  // of a standby, since what was replayed last
  std::vector<Replica> replicas;
  std::vector<IdleSlot> slots;
  std::vector<std::string> databases;  // one more than are looked at, if there are more
};

struct Table {
  std::string name;
  std::int64_t live = 0;
  std::int64_t dead = 0;
  std::int64_t changed = 0;                         // since the last analyze
  std::optional<std::int64_t> vacuum_seconds = {};  // ago; absent: never
  std::optional<std::int64_t> analyze_seconds = {};
};

struct DatabaseAnswer {
  std::int64_t tables = 0;
  std::int64_t live = 0;
  std::int64_t dead = 0;
  std::vector<Table> worst;  // those with the most dead or changed rows
};

Result<ServerAnswer> read_server_answer(std::string_view text);
Result<DatabaseAnswer> read_database_answer(std::string_view text);

}  // namespace mainstay::agent::service
