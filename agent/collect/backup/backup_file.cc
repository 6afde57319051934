#include "agent/collect/backup/backup_file.h"

#include <algorithm>
#include <array>

#include "agent/collect/backup/backup_words.h"
#include "agent/collect/settings/settings_file.h"
#include "common/core/escape.h"
#include "common/core/nearest.h"
#include "common/document/fields.h"
#include "common/select/selector.h"
#include "common/select/value.h"

namespace mainstay::agent::backup {

using document::complain;
using document::Fields;
using document::Node;

namespace {

constexpr std::string_view kToolNames[] = {"restic", "borg", "pgbackrest", "files", "command"};
static_assert(std::size(kToolNames) == kBackupToolCount);

constexpr std::string_view kFileKeys[] = {"kind", "name", "sets", "scratch"};
constexpr std::string_view kObjectiveKeys[] = {"rpo", "rto", "prove_every"};
constexpr std::string_view kSuspiciousKeys[] = {"smaller_by"};
constexpr std::string_view kScratchKeys[] = {"path", "quota", "host"};

Result<std::string> name_at(const Fields& fields) {
  TRY(const Node* node, fields.need("name"));
  TRY(std::string name, document::read_text(*node, fields.file(), document::kLabelBytesMax));
  if (!is_set_name(name)) {
    return complain(fields.file(), node->place,
                    "expected a name of letters, digits, `-`, `_` and `.`");
  }
  return name;
}

Result<std::optional<Duration>> duration_at(const Fields& fields, std::string_view key) {
  const Node* node = fields.find(key);
  if (node == nullptr) return std::optional<Duration>();
  TRY(const Duration duration, document::read_duration(*node, fields.file()));
  if (duration <= Duration(0)) {
    return complain(fields.file(), node->place, "expected a duration above 0");
  }
  return std::optional(duration);
}

Status read_objectives(const Fields& set_fields, BackupSet& set) {
  TRY(const Node* node, set_fields.need("objectives"));
  TRY(const Fields fields, Fields::open(*node, set_fields.file(), kObjectiveKeys));
  // Without an age that is allowed nothing could be proved.
  TRY(const Node* rpo, fields.need("rpo"));
  (void)rpo;
  TRY(const auto allowed, duration_at(fields, "rpo"));
  set.rpo = allowed.value_or(Duration(0));
  TRY(set.rto, duration_at(fields, "rto"));
  TRY(set.prove_every, duration_at(fields, "prove_every"));
  return {};
}

Status read_suspicious(const Fields& set_fields, BackupSet& set) {
  const Node* node = set_fields.find("suspicious");
  if (node == nullptr) return {};
  TRY(const Fields fields, Fields::open(*node, set_fields.file(), kSuspiciousKeys));
  TRY(const Node* smaller, fields.need("smaller_by"));
  TRY(const auto by, document::read_count_or_percent(*smaller, fields.file()));
  if (!by.is_percent || by.amount == 0 || by.amount >= 100) {
    return complain(fields.file(), smaller->place, "expected a percentage such as 30%");
  }
  set.smaller_by_percent = by.amount;
  return {};
}

Result<BackupTool> tool_at(const Fields& fields) {
  TRY(const Node* node, fields.need("tool"));
  const auto found = std::ranges::find(kToolNames, node->text);
  if (node->kind == Node::Kind::Scalar && found != std::end(kToolNames)) {
    return static_cast<BackupTool>(found - std::begin(kToolNames));
  }
  const auto near = nearest(node->text, kToolNames);
  return complain(fields.file(), node->place,
                  "expected restic, borg, pgbackrest, files or command, found `" +
                      escape_for_terminal(node->text) + "`" +
                      (near ? "; did you mean `" + std::string(*near) + "`?" : ""));
}

Result<BackupSet> read_set(const Node& node, const std::string& file) {
  TRY(const Fields fields, Fields::open(node, file, kSetKeys));
  BackupSet set;
  TRY(set.name, name_at(fields));
  TRY(set.tool, tool_at(fields));
  TRY_STATUS(check_keys_of_tool(node, file, set.tool));
  TRY_STATUS(read_tool_words(fields, set));
  TRY(set.password, read_secret(fields));
  TRY_STATUS(read_objectives(fields, set));
  TRY_STATUS(read_suspicious(fields, set));
  TRY(set.read_all_every, duration_at(fields, "read_all_every"));
  TRY(set.run, fields.text("run", document::kLineBytesMax));
  return set;
}

Result<std::optional<BackupScratch>> read_scratch(const Fields& file_fields) {
  const Node* node = file_fields.find("scratch");
  if (node == nullptr) return std::optional<BackupScratch>();
  const std::string& file = file_fields.file();
  TRY(const Fields fields, Fields::open(*node, file, kScratchKeys));
  BackupScratch scratch;
  TRY(const Node* path, fields.need("path"));
  TRY(scratch.path, read_path(*path, file));
  if (const Node* quota = fields.find("quota")) {
    const auto bytes =
        quota->kind == Node::Kind::Scalar ? parse_byte_count(quota->text) : std::nullopt;
    if (!bytes || *bytes <= 0)
      return complain(file, quota->place, "expected a size such as 200GiB");
    scratch.quota_bytes = *bytes;
  }
  TRY(scratch.host, fields.text("host"));
  if (scratch.host.empty()) return std::optional(scratch);
  if (const auto host = parse_selector(scratch.host, {}); !host.has_value()) {
    return complain(file, fields.find("host")->place, host.error().detail);
  }
  return std::optional(scratch);
}

}  // namespace

std::string_view name_of(BackupTool tool) {
  return kToolNames[static_cast<std::size_t>(tool)];
}

std::string BackupSet::where() const {
  const std::string text(name_of(tool));
  const std::string& command = newest.empty() ? pattern : newest.front();
  return text + " " + (!repository.empty() ? repository : !stanza.empty() ? stanza : command);
}

Result<BackupFile> read_backup_file(const Node& node, const std::string& file) {
  TRY(const Fields fields, Fields::open(node, file, kFileKeys));
  TRY(const Node* kind, fields.need("kind"));
  if (kind->text != "backup") return complain(file, kind->place, "expected `kind: backup`");
  BackupFile read;
  TRY(read.name, name_at(fields));
  TRY(const Node* sets, fields.need("sets"));
  if (sets->kind != Node::Kind::List || sets->items.empty()) {
    return complain(file, sets->place, "expected a list of sets");
  }
  if (sets->items.size() > kBackupSetsMax) {
    return complain(file, sets->place,
                    "expected at most " + std::to_string(kBackupSetsMax) + " sets");
  }
  for (const Node& item : sets->items) {
    TRY(BackupSet set, read_set(item, file));
    if (std::ranges::find(read.sets, set.name, &BackupSet::name) != read.sets.end()) {
      return complain(file, item.place, "the set `" + set.name + "` stands here twice");
    }
    read.sets.push_back(std::move(set));
  }
  TRY(read.scratch, read_scratch(fields));
  return read;
}

}  // namespace mainstay::agent::backup
