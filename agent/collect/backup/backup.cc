#include "agent/collect/backup/backup.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/backup/check.h"
#include "agent/collect/backup/judge.h"
#include "agent/collect/backup/look.h"
#include "agent/collect/backup/turns.h"
#include "agent/collect/settings/settings_file.h"
#include "agent/collect/tool/scratch.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::string_view kUsualFile = "/etc/mainstay/backup.yaml";

struct BackupWords {
  SettingsFile file{.path = std::string(kUsualFile)};
  std::string state;
  std::string check;  // empty: a look at all
};

Result<BackupWords> words_of_verb(const std::vector<std::string>& words) {
  BackupWords read;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    const std::string value = i + 1 < words.size() ? words[i + 1] : "";
    if (words[i] == "--file") {
      read.file = {.path = value, .is_named = true};
    } else if (words[i] == "--state") {
      read.state = value;
    } else if (words[i] == "--check") {
      read.check = value;
    } else {
      return fail(Fault::Malformed, "no such option: " + words[i]);
    }
    if (value.empty()) return fail(Fault::Malformed, words[i] + ": expected a value");
  }
  // A check whose outcome is kept nowhere would be hours of reading for one line.
  if (!read.check.empty() && read.state.empty()) {
    return fail(Fault::Malformed, "--check: expected --state, too");
  }
  return read;
}

std::unexpected<Error> no_such_set(const BackupWords& words) {
  return fail(Fault::Malformed, "--check: no such set in " + words.file.path + ": " + words.check);
}

Result<std::optional<BackupFile>> load_backup_file(const SettingsFile& file) {
  TRY(const auto node, load_settings(file));
  if (!node) return std::optional<BackupFile>();
  TRY(BackupFile read, read_backup_file(*node, file.path));
  // It names programs that are started as us.
  const bool starts_programs =
      std::ranges::any_of(read.sets, [](const BackupSet& set) { return !set.newest.empty(); });
  struct stat info{};
  if (starts_programs && (::stat(file.path.c_str(), &info) != 0 || (info.st_mode & 0022U) != 0 ||
                          (info.st_uid != 0 && info.st_uid != ::geteuid()))) {
    return fail(Fault::Denied, "it names programs, and others than root may write it");
  }
  return std::optional(std::move(read));
}

std::string own_hostname() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

Finding not_proved(const std::string& subject, const std::string& why, WallTime now) {
  return {.topic = Topic::Backup,
          .judgement = Judgement::NotProved,
          .subject = subject,
          .text = why,
          .at = now,
          .readings = {}};
}

RecordPlace place_of(const LookOrder& order, const BackupSet& set) {
  return {.folder = order.state, .set = set.name, .where = set.where()};
}

SetRecords records_of(const LookOrder& order, const BackupSet& set) {
  const RecordPlace place = place_of(order, set);
  return {.check = read_record(place, RecordKind::Check, order.now),
          .proof = read_record(place, RecordKind::Proof, order.now)};
}

/// Where the tools write what they need while they look.
void use_scratch(const LookOrder& order, const std::string& name) {
  const std::string folder = scratch_folder(order.state, name);
  if (!folder.empty()) ::setenv("TMPDIR", folder.c_str(), 1);
}

void look_at_all(const BackupFile& file, const LookOrder& order, SourceReport& report) {
  std::vector<Finding> sets;
  const std::vector<Observed> seen = look_at_sets(file.sets, order);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const BackupSet& set = file.sets[i];
    sets.push_back(judge(set, seen[i], records_of(order, set), order.now));
    if (auto lock = judge_lock(set, seen[i], order.now)) {
      report.findings.push_back(*std::move(lock));
    }
  }
  add_backup_facts(sets, report);
  report.findings.insert(report.findings.end(), sets.begin(), sets.end());
}

/// What the check came to, as the one finding of its report.
Finding check_one(const BackupSet& set, const LookOrder& order) {
  Answering answering(order.state);
  if (const std::string why = silence_of(places_of(set), answering); !why.empty()) {
    return not_proved(set.name, why, order.now);
  }
  const auto before = read_record(place_of(order, set), RecordKind::Check, order.now);
  // A record that is not believed is replaced by what this check proves.
  const auto known = before.has_value() ? *before : std::optional<CheckRecord>();
  const auto outcome = check_set(set, order, known);
  if (!outcome.has_value()) return not_proved(set.name, outcome.error().detail, order.now);
  if (outcome->said.verdict == CheckSaid::Verdict::NotProved) {
    // What an earlier check found stands: this one says nothing against it.
    return not_proved(set.name, outcome->how + ": " + outcome->said.reason, order.now);
  }
  const CheckRecord record = record_after(known, *outcome, order.now);
  if (const Status kept = write_record(place_of(order, set), RecordKind::Check, record);
      !kept.has_value()) {
    return not_proved(set.name, "checked, but not kept: " + kept.error().detail, order.now);
  }
  return judge_check(set, record, order.now);
}

}  // namespace

Status look_at_backup(const std::vector<std::string>& words, WallTime now, SourceReport& report) {
  TRY(const BackupWords read, words_of_verb(words));
  report.source = Source::Backup;
  const auto file = load_backup_file(read.file);
  if (!file.has_value()) {
    // Of the source, so that a person hears of it as of any other source that cannot be looked at.
    const std::string& why = file.error().detail;
    Finding unread = not_proved(
        "backup", (why.contains(read.file.path) ? "" : read.file.path + ": ") + why, now);
    unread.topic = Topic::Source;
    report.findings.push_back(std::move(unread));
    return {};
  }
  const LookOrder order{.now = now, .hostname = own_hostname(), .state = read.state};
  if (read.check.empty()) {
    if (!*file) return {};
    use_scratch(order, "scratch");
    look_at_all(**file, order, report);
    return {};
  }
  if (!*file) return no_such_set(read);
  const auto set = std::ranges::find((*file)->sets, read.check, &BackupSet::name);
  if (set == (*file)->sets.end()) return no_such_set(read);
  use_scratch(order, set->name + ".scratch");  // of its own: it goes on for hours
  report.findings.push_back(check_one(*set, order));
  return {};
}

}  // namespace mainstay::agent::backup
