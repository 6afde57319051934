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
  bool has_host = false;
  bool is_store = false;
};
using Repositories = std::map<std::string, Repository, std::less<>>;

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlank), text.size());
  return text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

/// `repo12-path` is the word `path` of "12"; `repo-path`, as old versions had it, of "1".
void take(std::string_view key, std::string_view value, Repositories& known) {
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
    known[number].has_host = true;
  } else if (word == "type") {
    known[number].is_store = value != "posix" && value != "cifs";
  }
}

void take_section(std::string_view conf, std::string_view section, Repositories& known) {
  bool is_in = false;
  while (!conf.empty()) {
    const std::size_t end = std::min(conf.find('\n'), conf.size());
    const std::string_view line = without_blanks(conf.substr(0, end));
    conf.remove_prefix(std::min(end + 1, conf.size()));
    if (line.starts_with('[') && line.ends_with(']')) {
      is_in = line.substr(1, line.size() - 2) == section;
    } else if (const std::size_t equals = line.find('=');
               is_in && equals != std::string_view::npos) {
      take(without_blanks(line.substr(0, equals)), without_blanks(line.substr(equals + 1)), known);
    }
  }
}

}  // namespace

std::vector<std::string> pgbackrest_folders(std::string_view conf, std::string_view stanza) {
  Repositories known = {{"1", {}}};
  const std::string name(stanza);
  // The later counts, wherever it stands; what is for another command than `info` does not.
  for (const std::string& section :
       {std::string("global"), std::string("global:info"), name, name + ":info"}) {
    take_section(conf, section, known);
  }
  std::vector<std::string> folders;
  for (const auto& [number, repository] : known) {
    if (!repository.has_host && !repository.is_store && repository.folder.starts_with('/')) {
      folders.push_back(repository.folder);
    }
  }
  return folders;
}

}  // namespace mainstay::agent::backup
