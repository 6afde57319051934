#include "agent/collect/service/postgres_judge.h"

#include <algorithm>

#include "common/core/span_text.h"

namespace mainstay::agent::service {
namespace {

// The server stops writing when a transaction id is 2^31 old. Source: PostgreSQL documentation,
// "Preventing Transaction ID Wraparound Failures".
constexpr std::int64_t kXidsMax = std::int64_t{1} << 31;
// Below this many rows a table is cleaned in a blink, whatever its share.
constexpr std::int64_t kRowsMin = 10'000;

// When autovacuum comes by its own defaults: 50 rows and a share of the table's. Source: PostgreSQL
// documentation, "The Autovacuum Daemon".
constexpr std::int64_t vacuum_threshold(std::int64_t live) {
  return 50 + live / 5;
}
constexpr std::int64_t analyze_threshold(std::int64_t live) {
  return 50 + live / 10;
}

std::int64_t seconds_of(Duration span) {
  return std::chrono::duration_cast<std::chrono::seconds>(span).count();
}

std::string seconds_text(std::int64_t amount) {
  constexpr std::int64_t kMost = 3'000'000'000;  // a century, whatever a server says
  return span_text(std::chrono::seconds(std::clamp<std::int64_t>(amount, 0, kMost)));
}

std::string amount_text(std::int64_t amount, const char* what) {
  return count_text(amount) + " " + what + (amount == 1 ? "" : "s");
}

Finding database_finding(const std::string& subject, Judgement judgement, WallTime now) {
  Finding made;
  made.topic = Topic::Database;
  made.judgement = judgement;
  made.subject = subject;
  made.at = now;
  return made;
}

Finding aged(Finding made, std::int64_t age, Duration limit) {
  made.readings = {{Measure::AgeSeconds, age}, {Measure::LimitSeconds, seconds_of(limit)}};
  return made;
}

Finding version_finding(const Postgres& postgres, const ServerAnswer& answer, WallTime now) {
  Finding made = database_finding(postgres.name, Judgement::Proved, now);
  made.text = "PostgreSQL " + answer.version + ", " + (answer.is_standby ? "standby" : "primary") +
              ", up " + seconds_text(answer.up_seconds);
  return made;
}

Finding standby_finding(const Postgres& postgres, const ServerAnswer& answer, WallTime now) {
  const Duration limit = postgres.limits.lag;
  Finding made = database_finding(postgres.name, Judgement::NotProved, now);
  if (answer.receivers == 0) {
    // An archive may feed it: then the time of the last change tells, and only if that is recent.
    made.text = "replication: not connected to its primary";
    if (answer.lag_seconds) {
      made.text += ", last change replayed " + seconds_text(*answer.lag_seconds) + " ago";
    }
    return made;
  }
  if (!answer.lag_seconds) {
    made.text = "replication: nothing replayed since the start";
    return made;
  }
  const bool is_late = *answer.lag_seconds > seconds_of(limit);
  made.judgement = is_late ? Judgement::Refuted : Judgement::Proved;
  made.text = "replication: " + seconds_text(*answer.lag_seconds) + " behind of " +
              span_text(limit) + " allowed";
  return aged(std::move(made), *answer.lag_seconds, limit);
}

/// The worst of a primary's replicas speaks for all.
std::optional<Finding> replicas_finding(const Postgres& postgres, const ServerAnswer& answer,
                                        WallTime now) {
  if (answer.replicas.empty()) return std::nullopt;
  Finding made = database_finding(postgres.name, Judgement::NotProved, now);
  if (!answer.sees_all) {
    made.text = "replication: needs the role pg_monitor";
    return made;
  }
  const Duration limit = postgres.limits.lag;
  std::int64_t most = 0;
  std::vector<std::string> late;
  for (const Replica& replica : answer.replicas) {
    const std::int64_t lag = replica.lag_seconds.value_or(0);
    most = std::max(most, lag);
    const bool is_streaming = replica.state == "streaming";
    if (is_streaming && lag <= seconds_of(limit)) continue;
    late.push_back(replica.name + " " +
                   (is_streaming ? seconds_text(lag) + " behind" : "in state " + replica.state));
  }
  made.judgement = late.empty() ? Judgement::Proved : Judgement::Refuted;
  made.text = "replication: ";
  if (late.empty()) {
    made.text += amount_text(static_cast<std::int64_t>(answer.replicas.size()), "replica") +
                 ", at most " + seconds_text(most) + " behind";
  }
  for (const std::string& words : late) made.text += (&words == late.data() ? "" : ", ") + words;
  made.text += " of " + span_text(limit) + " allowed";
  return aged(std::move(made), most, limit);
}

std::optional<Finding> slots_finding(const Postgres& postgres, const ServerAnswer& answer,
                                     WallTime now) {
  const auto kept = [](const IdleSlot& slot) { return slot.kept_bytes.value_or(0); };
  const auto worst = std::ranges::max_element(answer.slots, {}, kept);
  // A segment is kept for nobody's sake, and many servers have a slot that is used by the hour.
  constexpr std::int64_t kKeptMax = 1024L * 1024 * 1024;
  if (worst == answer.slots.end() || kept(*worst) < kKeptMax) return std::nullopt;
  Finding made = database_finding(postgres.name, Judgement::Refuted, now);
  made.text = "replication: nobody reads the slot " + worst->name + ", for which " +
              size_text(static_cast<std::uint64_t>(kept(*worst))) + " of the log are kept";
  made.readings = {{Measure::SizeBytes, kept(*worst)}};
  return made;
}

Finding transaction_finding(const Postgres& postgres, const ServerAnswer& answer, WallTime now) {
  const Duration limit = postgres.limits.transaction;
  Finding made = database_finding(postgres.name, Judgement::Proved, now);
  const std::int64_t prepared = answer.prepared_seconds.value_or(0);
  const std::int64_t running = answer.transaction_seconds.value_or(0);
  const std::int64_t longest = std::max(running, prepared);
  const std::string allowed = " of " + span_text(limit) + " allowed";
  if (longest > seconds_of(limit)) {
    made.judgement = Judgement::Refuted;
    made.text = std::string("transactions: one has been ") +
                (prepared > running ? "prepared for " : "open for ") + seconds_text(longest) +
                allowed;
    if (prepared <= running) {
      made.text += ", pid " + std::to_string(answer.transaction_pid);
      if (!answer.transaction_state.empty()) made.text += ", " + answer.transaction_state;
    }
  } else if (!answer.sees_all) {
    made.judgement = Judgement::NotProved;
    made.text = "transactions: needs the role pg_monitor to see those of others";
    return made;
  } else {
    made.text = "transactions: the longest is open for " + seconds_text(longest) + allowed;
  }
  made = aged(std::move(made), longest, limit);
  if (longest == running && answer.transaction_pid > 0) {
    made.readings.push_back({Measure::Pid, answer.transaction_pid});
  }
  return made;
}

struct XidAge {
  const char* what;
  std::int64_t age;
  std::int64_t freeze_at;  // what autovacuum freezes at, by the server's settings
};

Finding xid_finding(const Postgres& postgres, const XidAge& xids, const std::string& database,
                    WallTime now) {
  // Past its own limit autovacuum freezes what is left; half as much again says that it fails to.
  const auto percent = postgres.limits.xid_percent;
  const std::int64_t own = std::min(xids.freeze_at, kXidsMax) / 2 * 3;
  const std::int64_t limit = percent ? kXidsMax / 100 * *percent : own;
  const bool is_old = xids.age > limit;
  Finding made =
      database_finding(postgres.name, is_old ? Judgement::Refuted : Judgement::Proved, now);
  made.text = std::string(xids.what) + ": the oldest is " + count_text(xids.age) + " old of " +
              count_text(limit) + " allowed";
  if (!database.empty()) made.text += ", in " + database;
  made.readings = {{Measure::Count, xids.age}, {Measure::UsedPercent, xids.age / (kXidsMax / 100)}};
  return made;
}

/// What is wrong with a table; empty if nothing is.
std::string table_text(const Table& table, const PostgresLimits& limits) {
  const std::int64_t rows = std::max<std::int64_t>(1, table.live / 100 + table.dead / 100);
  const std::int64_t percent = table.dead / rows;
  const bool is_old = !table.vacuum_seconds || *table.vacuum_seconds > seconds_of(limits.vacuum);
  const std::string vacuumed = table.vacuum_seconds
                                   ? "vacuumed " + seconds_text(*table.vacuum_seconds) + " ago"
                                   : "never vacuumed";
  if (table.dead >= kRowsMin &&
      (percent > limits.dead_percent || (is_old && table.dead > vacuum_threshold(table.live)))) {
    return table.name + ": " + count_text(table.dead) + " dead rows beside " +
           count_text(table.live) + ", " + vacuumed;
  }
  const bool is_unknown =
      !table.analyze_seconds || *table.analyze_seconds > seconds_of(limits.vacuum);
  if (table.changed >= kRowsMin && is_unknown && table.changed > analyze_threshold(table.live)) {
    return table.name + ": " + count_text(table.changed) + " rows changed since it was analyzed" +
           (table.analyze_seconds ? " " + seconds_text(*table.analyze_seconds) + " ago"
                                  : ", which was never");
  }
  return "";
}

}  // namespace

std::vector<Finding> judge_server(const Postgres& postgres, const ServerAnswer& answer,
                                  WallTime now) {
  std::vector<Finding> made = {version_finding(postgres, answer, now)};
  if (answer.is_standby) made.push_back(standby_finding(postgres, answer, now));
  if (auto replicas = replicas_finding(postgres, answer, now)) made.push_back(*replicas);
  if (auto slots = slots_finding(postgres, answer, now)) made.push_back(*slots);
  made.push_back(transaction_finding(postgres, answer, now));
  made.push_back(xid_finding(
      postgres, {.what = "transaction ids", .age = answer.xid_age, .freeze_at = answer.xid_limit},
      answer.xid_database, now));
  made.push_back(xid_finding(
      postgres,
      {.what = "multixact ids", .age = answer.multixact_age, .freeze_at = answer.multixact_limit},
      "", now));
  return made;
}

Finding judge_database(const Postgres& postgres, const std::string& database,
                       const DatabaseAnswer& answer, WallTime now) {
  Finding made = database_finding(postgres.name + "/" + database, Judgement::Proved, now);
  std::int64_t oldest = 0;
  std::size_t bad = 0;
  for (const Table& table : answer.worst) {
    if (table.dead > 0) oldest = std::max(oldest, table.vacuum_seconds.value_or(0));
    const std::string words = table_text(table, postgres.limits);
    if (words.empty()) continue;
    if (bad++ == 0) made.text = words;
  }
  if (bad > 1) {
    made.text += "; " + amount_text(static_cast<std::int64_t>(bad) - 1, "more table") + " like it";
  }
  if (bad > 0) made.judgement = Judgement::Refuted;
  if (bad == 0) {
    made.text = count_text(answer.dead) + " dead rows beside " + count_text(answer.live) + " in " +
                amount_text(answer.tables, "table");
    if (oldest > 0)
      made.text += ", the oldest vacuum of the worst " + seconds_text(oldest) + " ago";
  }
  made.readings = {{Measure::Count, answer.dead},
                   {Measure::AgeSeconds, oldest},
                   {Measure::LimitSeconds, seconds_of(postgres.limits.vacuum)}};
  return made;
}

}  // namespace mainstay::agent::service
