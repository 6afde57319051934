#include "agent/restart/old_code.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace mainstay::restart {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kFolders = {
    "/usr/lib", "/usr/bin", "/usr/sbin", "/lib", "/bin", "/sbin", "/opt/", "/usr/local"};
constexpr std::string_view kDeleted = " (deleted)";
constexpr std::size_t kTextMax = 256;

/// Names of processes and files are theirs to choose.
std::string printable(std::string_view text) {
  std::string cut(text.substr(0, kTextMax));
  std::ranges::replace_if(cut, [](char c) { return c < ' ' || c > '~'; }, '?');
  return cut;
}

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool is_unit_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(":_.\\@-").contains(c);
  });
}

void look_at(const fs::path& folder, pid_t pid, OldCodeFound& found) {
  errno = 0;
  std::ifstream maps(folder / "maps");
  if (!maps.is_open()) {
    // Gone meanwhile is nothing; one that may not be looked into could run anything.
    if (errno == EACCES || errno == EPERM) found.complete = false;
    return;
  }
  for (std::string line; std::getline(maps, line);) {
    const std::string file = replaced_file(line);
    if (file.empty()) continue;
    found.old.push_back({.pid = pid,
                         .process = printable(first_line(folder / "comm")),
                         .file = printable(file),
                         .unit = pid == 1 ? "init" : unit_of(text_of(folder / "cgroup"))});
    return;
  }
}

}  // namespace

std::string replaced_file(const std::string& line) {
  // "address perms offset device inode   path": the path is the first slash to the end.
  const auto at = line.find('/');
  if (at == std::string::npos || !line.ends_with(kDeleted)) return {};
  // A mapping that cannot be executed may be data that its owner has rewritten.
  const auto perms = line.find(' ');
  if (perms == std::string::npos || perms + 3 >= line.size() || line[perms + 3] != 'x') return {};
  const std::string path = line.substr(at, line.size() - at - kDeleted.size());
  const bool is_code = std::ranges::any_of(
      kFolders, [&](std::string_view folder) { return path.starts_with(folder); });
  return is_code ? path : "";
}

std::string unit_of(const std::string& cgroup) {
  for (std::size_t at = 0; at < cgroup.size();) {
    const std::size_t end = std::min(cgroup.find('\n', at), cgroup.size());
    const std::string_view line = std::string_view(cgroup).substr(at, end - at);
    at = end + 1;
    // The manager's own hierarchy: of version 2, or its named one beside those of version 1.
    if (!line.starts_with("0::/") && !line.contains(":name=systemd:/")) continue;
    std::string_view rest = line.substr(line.find('/') + 1);
    while (rest.contains('/') && rest.substr(0, rest.find('/')).ends_with(".slice")) {
      rest.remove_prefix(rest.find('/') + 1);
    }
    // What is below a service, a scope or anything else is a container's or a session's, and its
    // names are theirs to choose.
    if (rest.ends_with(".service") && is_unit_name(rest)) return std::string(rest);
  }
  return {};
}

OldCodeFound find_old_code(const std::string& proc) {
  OldCodeFound found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(proc, error)) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (bad != std::errc() || end != name.data() + name.size()) continue;
    look_at(entry.path(), pid, found);
  }
  if (error) found.complete = false;
  std::ranges::sort(found.old, {}, &OldCode::pid);
  return found;
}

}  // namespace mainstay::restart
