#include "agent/collect/backup/text/pgbackrest_conf.h"

#include <algorithm>
#include <map>

namespace mainstay::agent::backup {
namespace {

constexpr std::string_view kUsualFolder = "/var/lib/pgbackrest";
constexpr std::string_view kBlank = " \t\r";
constexpr std::size_t kRepositoriesMax = 256;  // of pgBackRest itself

struct Repository {
  std::string folder = std::string(kUsualFolder);
  bool is_elsewhere = false;
};

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlank), text.size());
  return text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

bool is_about(std::string_view section, std::string_view stanza) {
  const std::string_view name = section.substr(0, section.find(':'));
  return name == "global" || name == stanza;
}

/// `repo12-path` is the word `path` of "12"; `repo-path`, as old versions had it, of "1".
void take(std::string_view key, std::string_view value,
          std::map<std::string, Repository, std::less<>>& known) {
  constexpr std::string_view kPrefix = "repo";
  const std::size_t dash = key.find('-');
  if (!key.starts_with(kPrefix) || dash == std::string_view::npos) return;
  std::string number(key.substr(kPrefix.size(), dash - kPrefix.size()));
  if (number.find_first_not_of("0123456789") != std::string::npos || number.size() > 3) return;
  if (number.empty()) number = "1";
  if (known.size() == kRepositoriesMax && !known.contains(number)) return;
  const std::string_view word = key.substr(dash + 1);
  if (word == "path") {
    known[number].folder = value;
  } else if (word == "host") {
    known[number].is_elsewhere = true;
  } else if (word == "type" && value != "posix" && value != "cifs") {
    known[number].is_elsewhere = true;
  }
}

}  // namespace

std::vector<std::string> pgbackrest_folders(std::string_view conf, std::string_view stanza) {
  std::map<std::string, Repository, std::less<>> known = {{"1", {}}};
  bool is_ours = false;
  while (!conf.empty()) {
    const std::size_t end = std::min(conf.find('\n'), conf.size());
    const std::string_view line = without_blanks(conf.substr(0, end));
    conf.remove_prefix(std::min(end + 1, conf.size()));
    if (line.starts_with('[') && line.ends_with(']')) {
      is_ours = is_about(line.substr(1, line.size() - 2), stanza);
    } else if (const std::size_t equals = line.find('=');
               is_ours && equals != std::string_view::npos) {
      take(without_blanks(line.substr(0, equals)), without_blanks(line.substr(equals + 1)), known);
    }
  }
  std::vector<std::string> folders;
  for (const auto& [number, repository] : known) {
    if (!repository.is_elsewhere && repository.folder.starts_with('/')) {
      folders.push_back(repository.folder);
    }
  }
  return folders;
}

}  // namespace mainstay::agent::backup
