#include "agent/collect/backup/judge.h"

#include <algorithm>

#include "common/core/span_text.h"

namespace mainstay::agent::backup {
namespace {

// Clocks of a host and of where its backups lie differ by seconds; by more, one of them is wrong
// and no age can be told.
constexpr Duration kClockSkewMax = std::chrono::minutes(5);

std::int64_t seconds(Duration span) {
  return std::chrono::duration_cast<std::chrono::seconds>(span).count();
}

std::string size_of(std::int64_t bytes) {
  return size_text(static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0)));
}

std::optional<Duration> age_of(const Observed& seen, WallTime now) {
  if (!seen.trouble.empty() || !seen.newest || *seen.newest > now + kClockSkewMax) {
    return std::nullopt;
  }
  return std::max(now - *seen.newest, Duration(0));
}

/// "4.0 GiB of 41.0 GiB read again 2 d ago", of the round that is going on.
std::string check_words(const CheckRecord& check, WallTime now) {
  const std::string read = check.read_bytes > 0 || check.round_bytes > 0
                               ? size_of(check.round_bytes) + " of " +
                                     size_of(std::max(check.total_bytes, check.round_bytes))
                               : "";
  std::string words = read.empty() ? "" : "; " + read + " read again by " + check.how;
  if (read.empty()) words = "; checked by " + check.how;
  return words + " " + age_text(now - check.at);
}

/// Why the set is bad; empty: nothing is known.
std::string refutation(const BackupSet& set, const Observed& seen, const SetRecords& records,
                       WallTime now) {
  if (const auto& check = records.check; check.has_value() && *check && !(*check)->is_good) {
    return "damaged, by " + (*check)->how + " " + age_text(now - (*check)->at) + ": " +
           (*check)->reason;
  }
  if (const auto& proof = records.proof; proof.has_value() && *proof && !(*proof)->is_good) {
    return "restore failed " + age_text(now - (*proof)->at) + ": " + (*proof)->reason;
  }
  if (!seen.trouble.empty()) return "";
  if (!seen.refuted.empty()) return seen.refuted;
  if (!seen.newest) return "no good backup";
  const auto age = age_of(seen, now);
  if (age && *age > set.rpo) {
    return span_text(*age) + " old, allowed are " + span_text(set.rpo) +
           (seen.note.empty() ? "" : "; " + seen.note);
  }
  if (seen.bytes == 0) return "the newest backup holds nothing";
  if (set.smaller_by_percent && seen.bytes && seen.bytes_before) {
    // In whole percent of the one before, so that no product can overflow.
    const std::int64_t percent = *seen.bytes_before / 100;
    if (*seen.bytes < *seen.bytes_before - percent * *set.smaller_by_percent) {
      return "suspicious: " + size_of(*seen.bytes) + ", the one before has " +
             size_of(*seen.bytes_before);
    }
  }
  return "";
}

/// Why nothing can be told; empty: it can.
std::string doubt(const Observed& seen, const SetRecords& records, WallTime now) {
  if (!seen.trouble.empty()) return seen.trouble;
  if (!age_of(seen, now)) return "the newest backup is from the future: a clock is wrong";
  for (const auto* record : {&records.check, &records.proof}) {
    if (!record->has_value()) return "the record is not believed: " + record->error().detail;
  }
  return "";
}

std::string good_words(const BackupSet& set, const Observed& seen, const SetRecords& records,
                       WallTime now) {
  std::string words =
      span_text(age_of(seen, now).value_or(Duration(0))) + " old of " + span_text(set.rpo);
  if (!seen.note.empty()) words += " (" + seen.note + ")";
  if (seen.count) words += "; " + count_text(*seen.count) + " kept";
  if (seen.bytes) words += "; " + size_of(*seen.bytes);
  words += *records.check ? check_words(**records.check, now) : "; never checked";
  if (*records.proof) words += "; restore proved " + age_text(now - (*records.proof)->at);
  return words;
}

void add_reading(Finding& finding, Measure measure, std::optional<std::int64_t> value) {
  if (value) finding.readings.push_back({.measure = measure, .value = *value});
}

void add_record_readings(Finding& finding, const BackupSet& set, const SetRecords& records,
                         WallTime now) {
  if (records.check.has_value() && *records.check) {
    const CheckRecord& check = **records.check;
    add_reading(finding, Measure::CheckAgeSeconds, seconds(now - check.at));
    if (check.is_good) add_reading(finding, Measure::ProvedBytes, check.round_bytes);
  }
  if (records.proof.has_value() && *records.proof && (*records.proof)->is_good) {
    add_reading(finding, Measure::ProofAgeSeconds, seconds(now - (*records.proof)->at));
  }
  if (set.prove_every) add_reading(finding, Measure::ProofLimitSeconds, seconds(*set.prove_every));
}

/// Of sets of which the age of one may not be known: then only an age too old for itself and for
/// those unknown, so that it looks fresh to nobody who asks by the RPO of any.
bool may_stand_for_all(const std::vector<Finding>& findings, std::int64_t oldest) {
  const auto has_age = [](const Finding& finding) {
    return reading_of(finding, Measure::AgeSeconds).has_value();
  };
  if (std::ranges::all_of(findings, has_age)) return true;
  const auto is_late = [&](const Finding& finding) {
    return oldest > reading_of(finding, Measure::LimitSeconds).value_or(oldest);
  };
  const auto is_late_itself = [&](const Finding& finding) {
    return reading_of(finding, Measure::AgeSeconds) == oldest && is_late(finding);
  };
  return std::ranges::any_of(findings, is_late_itself) &&
         std::ranges::all_of(findings, [&](const Finding& finding) {
           return has_age(finding) || is_late(finding);
         });
}

}  // namespace

Finding judge(const BackupSet& set, const Observed& seen, const SetRecords& records, WallTime now) {
  Finding finding{.topic = Topic::Backup,
                  .judgement = Judgement::Proved,
                  .subject = set.name,
                  .text = "",
                  .at = now,
                  .readings = {}};
  if (const auto age = age_of(seen, now)) {
    add_reading(finding, Measure::AgeSeconds, seconds(*age));
  }
  add_reading(finding, Measure::LimitSeconds, seconds(set.rpo));
  if (seen.trouble.empty()) {
    add_reading(finding, Measure::SizeBytes, seen.bytes);
    add_reading(finding, Measure::SizeBeforeBytes, seen.bytes_before);
    add_reading(finding, Measure::Count, seen.count);
  }
  add_record_readings(finding, set, records, now);
  finding.text = refutation(set, seen, records, now);
  if (!finding.text.empty()) {
    finding.judgement = Judgement::Refuted;
    return finding;
  }
  finding.text = doubt(seen, records, now);
  if (!finding.text.empty()) {
    finding.judgement = Judgement::NotProved;
    return finding;
  }
  finding.text = good_words(set, seen, records, now);
  return finding;
}

Finding judge_check(const BackupSet& set, const CheckRecord& record, WallTime now) {
  std::string text = record.how + ": " + record.reason;
  if (record.is_good) {
    text = size_of(record.read_bytes) + " of " + size_of(record.total_bytes) + " read by " +
           record.how;
    if (record.parts > 1) {
      text += "; " + size_of(record.round_bytes) + " in this round, part " +
              std::to_string(record.part) + " of " + std::to_string(record.parts);
    }
  }
  Finding finding{.topic = Topic::Backup,
                  .judgement = record.is_good ? Judgement::Proved : Judgement::Refuted,
                  .subject = set.name,
                  .text = std::move(text),
                  .at = now,
                  .readings = {}};
  if (record.is_good) add_reading(finding, Measure::ProvedBytes, record.read_bytes);
  return finding;
}

std::optional<Finding> judge_lock(const BackupSet& set, const Observed& seen, WallTime now) {
  if (!seen.lock || seen.lock->state == ObservedLock::State::Held) return std::nullopt;
  const bool stale = seen.lock->state == ObservedLock::State::Stale;
  const std::string words = seen.lock->holder + ", " + span_text(seen.lock->age) + " old";
  return Finding{
      .topic = Topic::Backup,
      .judgement = stale ? Judgement::Refuted : Judgement::NotProved,
      .subject = set.name + " lock",
      .text = stale ? "stale lock: " + words + "; nobody holds it and it can stop the next backup"
                    : "old lock: " + words + "; whether anybody holds it cannot be told from here",
      .at = now,
      .readings = {{.measure = Measure::AgeSeconds, .value = seconds(seen.lock->age)}}};
}

void add_backup_facts(const std::vector<Finding>& findings, SourceReport& report) {
  if (findings.empty()) return;
  const auto refuted = std::ranges::count(findings, Judgement::Refuted, &Finding::judgement);
  report.facts.push_back({.fact = Fact::BackupRefuted, .value = refuted});
  std::int64_t oldest = 0;
  for (const Finding& finding : findings) {
    oldest = std::max(oldest, reading_of(finding, Measure::AgeSeconds).value_or(0));
  }
  if (!may_stand_for_all(findings, oldest)) return;
  report.facts.push_back({.fact = Fact::BackupAge, .value = oldest});
}

}  // namespace mainstay::agent::backup
