#include "agent/apt/status.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

namespace mainstay::apt {
namespace {

using Key = std::pair<std::string, std::string>;
using Found = std::map<Key, PackageState>;

/// "Status: hold ok half-configured" is selection, error flag and state.
void read_status_field(PackageState& state, const std::string& value) {
  std::istringstream words(value);
  std::string selection;
  std::string flag;
  words >> selection >> flag >> state.status;
  state.held = selection == "hold";
  state.reinstall_required = flag != "ok";
}

void read_field(PackageState& state, const std::string& line) {
  const auto colon = line.find(": ");
  if (colon == std::string::npos || line.front() == ' ') return;  // a continuation line
  const std::string name = line.substr(0, colon);
  const std::string value = line.substr(colon + 2);
  if (name == "Package") state.package.name = value;
  if (name == "Architecture") state.package.architecture = value;
  if (name == "Version") state.package.version = value;
  if (name == "Status") read_status_field(state, value);
}

void keep(Found& found, std::size_t& rejected, PackageState state) {
  if (state.package.name.empty()) return;
  // A package that was removed has no version, and one that is only selected no architecture.
  if (state.status == "not-installed" || state.package.version.empty()) return;
  if (!well_formed(state.package)) {
    ++rejected;
    return;
  }
  Key key{state.package.name, state.package.architecture};
  found.insert_or_assign(std::move(key), std::move(state));
}

bool read_file(const std::filesystem::path& path, Found& found, std::size_t& rejected) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  PackageState state;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) {
      read_field(state, line);
      continue;
    }
    keep(found, rejected, std::exchange(state, {}));
  }
  keep(found, rejected, std::move(state));
  return !file.bad();
}

std::vector<std::filesystem::path> update_files(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/updates", error)) {
    const std::string name = entry.path().filename();
    if (std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

Outcome<Database> read_database(const std::string& folder) {
  Database database;
  Found found;
  if (!read_file(folder + "/status", found, database.rejected)) {
    return refuse(ExitCode::RootMissing, "dpkg's status cannot be read in " + folder);
  }
  for (const auto& path : update_files(folder)) {
    database.interrupted = true;
    // One that vanishes meanwhile was folded in by a running dpkg.
    static_cast<void>(read_file(path, found, database.rejected));
  }
  for (auto& [key, state] : found) database.packages.push_back(std::move(state));
  return database;
}

PackageState find_state(const Database& database, const PackageVersion& package) {
  const auto found = std::ranges::find_if(database.packages, [&](const PackageState& state) {
    return state.package.name == package.name && state.package.architecture == package.architecture;
  });
  if (found != database.packages.end()) return *found;
  PackageVersion unknown{package.name, package.architecture, ""};
  return {.package = std::move(unknown), .status = "not-installed"};
}

bool holds(const Database& database, const PackageVersion& package) {
  const PackageState state = find_state(database, package);
  return state.package == package && state.status == "installed" && !state.reinstall_required;
}

std::vector<PackageState> unfinished(const Database& database) {
  std::vector<PackageState> states;
  std::ranges::copy_if(database.packages, std::back_inserter(states), [](const auto& state) {
    const bool settled = state.status == "installed" || state.status == "config-files";
    return !settled || state.reinstall_required;
  });
  return states;
}

bool blocks(const PackageState& state) {
  return state.reinstall_required || !state.status.starts_with("triggers-");
}

std::vector<PackageState> unfinished_beside(const Database& database,
                                            const std::vector<PackageVersion>& set) {
  auto states = unfinished(database);
  std::erase_if(states, [&](const PackageState& state) {
    const bool ours = std::ranges::any_of(set, [&](const PackageVersion& package) {
      return package.name == state.package.name &&
             package.architecture == state.package.architecture;
    });
    return ours || !blocks(state);
  });
  return states;
}

std::string describe_unfinished(const std::vector<PackageState>& states, const std::string& root) {
  std::string text;
  for (const PackageState& state : states) {
    text += to_text(state.package) + " " + state.status + "; ";
  }
  return text + "repair: dpkg " + (root.empty() ? "" : "--root=" + root + " ") + "--configure -a";
}

}  // namespace mainstay::apt
