#include "agent/collect/backup/backup_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "agent/collect/settings/settings_file.h"

namespace mainstay::agent::backup {

using document::complain;
using document::Fields;
using document::Node;

namespace {

constexpr std::size_t kArgvWordsMax = 32;
constexpr std::size_t kPathsMax = 64;

/// Which tools have a key; those not listed here have all of them.
struct KeyOfTools {
  std::string_view key;
  std::vector<BackupTool> tools;
};

std::vector<KeyOfTools> keys_of_tools() {
  using enum BackupTool;
  return {{"repository", {Restic, Borg}},
          {"password_credential", {Restic, Borg}},
          {"password_file", {Restic, Borg}},
          {"paths", {Restic, Borg}},
          {"read_all_every", {Restic, Borg, PgBackRest}},
          {"stanza", {PgBackRest}},
          {"pattern", {Files}},
          {"newest", {Command}},
          {"restore", {Command}},
          {"compare", {PgBackRest, Command}}};
}

/// `scheme://user:password@host`: what every process on the host can read off a command line.
bool holds_password(std::string_view repository) {
  const auto scheme = repository.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = repository.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const auto at = authority.rfind('@');
  return at != std::string_view::npos && authority.substr(0, at).contains(':');
}

Result<std::string> plain_word(const Fields& fields, std::string_view key) {
  TRY(const Node* node, fields.need(key));
  auto word = document::read_text(*node, fields.file());
  const bool is_plain = word.has_value() && !word->starts_with('-') &&
                        std::ranges::none_of(*word, [](char c) { return c >= 0 && c < ' '; });
  if (word.has_value() && !is_plain) {
    return complain(fields.file(), node->place,
                    "expected a word without control characters that begins with no dash");
  }
  return word;
}

Status read_repository(const Fields& fields, BackupSet& set) {
  TRY(set.repository, plain_word(fields, "repository"));
  if (holds_password(set.repository)) {
    return complain(fields.file(), fields.find("repository")->place,
                    "expected no password here: name a `password_file` or the tool's own settings");
  }
  const Node* paths = fields.find("paths");
  if (paths == nullptr) return {};
  if (paths->kind != Node::Kind::List || paths->items.empty() || paths->items.size() > kPathsMax) {
    return complain(fields.file(), paths->place, "expected a list of 1 to 64 paths");
  }
  for (const Node& item : paths->items) {
    TRY(std::string path, read_path(item, fields.file()));
    set.paths.push_back(std::move(path));
  }
  return {};
}

Status read_pattern(const Fields& fields, BackupSet& set) {
  TRY(const Node* node, fields.need("pattern"));
  TRY(set.pattern, read_path(*node, fields.file()));
  const std::string folder = set.pattern.substr(0, set.pattern.rfind('/'));
  if (folder.find_first_of("*?") != std::string::npos || set.pattern.ends_with('/')) {
    return complain(fields.file(), node->place,
                    "expected a path with `*` and `?` in its last part only");
  }
  return {};
}

Result<std::vector<std::string>> argv_at(const Fields& fields, std::string_view key) {
  TRY(const Node* node, fields.need(key));
  TRY(std::vector<std::string> words, document::read_words(*node, fields.file()));
  if (words.size() > kArgvWordsMax) {
    return complain(fields.file(), node->place, "expected at most 32 words");
  }
  TRY(words.front(), read_path(node->items.front(), fields.file()));
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (!words[i].starts_with('@') || (key == "restore" && words[i] == "@scratch")) continue;
    return complain(fields.file(), node->items[i].place,
                    "expected no word that begins with @, but `@scratch` in `restore`");
  }
  return words;
}

}  // namespace

bool is_set_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

Status check_keys_of_tool(const Node& node, const std::string& file, BackupTool tool) {
  const auto limited = keys_of_tools();
  for (const auto& [key, value] : node.entries) {
    const auto found = std::ranges::find(limited, key.text, &KeyOfTools::key);
    if (found == limited.end()) continue;
    if (std::ranges::find(found->tools, tool) != found->tools.end()) continue;
    return complain(file, key.place,
                    "`" + key.text + "` is no key of tool " + std::string(name_of(tool)));
  }
  return {};
}

Status read_tool_words(const Fields& fields, BackupSet& set) {
  if (const Node* compare = fields.find("compare")) {
    TRY(set.compare, document::read_words(*compare, fields.file()));
  }
  switch (set.tool) {
    case BackupTool::Restic:
    case BackupTool::Borg:
      return read_repository(fields, set);
    case BackupTool::PgBackRest: {
      TRY(set.stanza, plain_word(fields, "stanza"));
      if (is_set_name(set.stanza)) return {};
      return complain(fields.file(), fields.find("stanza")->place,
                      "expected a stanza's name: letters, digits, `-`, `_` and `.`");
    }
    case BackupTool::Files:
      return read_pattern(fields, set);
    case BackupTool::Command:
      break;
  }
  TRY(set.newest, argv_at(fields, "newest"));
  if (fields.find("restore") != nullptr) {
    TRY(set.restore, argv_at(fields, "restore"));
  }
  return {};
}

}  // namespace mainstay::agent::backup
