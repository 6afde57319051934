#include "agent/apt/root.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <apt-pkg/configuration.h>
#include <apt-pkg/error.h>
#include <apt-pkg/init.h>
#include <apt-pkg/pkgsystem.h>
#include <sys/stat.h>

namespace mainstay::apt {
namespace {

constexpr std::size_t kComplaintsMax = 4096;  // bytes

constexpr std::array kHooks{"DPkg::Pre-Invoke",
                            "DPkg::Post-Invoke",
                            "DPkg::Pre-Install-Pkgs",
                            "DPkg::Tools",
                            "APT::Update::Pre-Invoke",
                            "APT::Update::Post-Invoke",
                            "APT::Update::Post-Invoke-Success"};

constexpr std::array kFolders{"Dir::State::status",
                              "Dir::State::lists",
                              "Dir::State::extended_states",
                              "Dir::Cache::archives",
                              "Dir::Etc::main",
                              "Dir::Etc::parts",
                              "Dir::Etc::sourcelist",
                              "Dir::Etc::sourceparts",
                              "Dir::Etc::preferences",
                              "Dir::Etc::preferencesparts",
                              "Dir::Etc::trusted",
                              "Dir::Etc::trustedparts",
                              "Dir::Log",
                              "Dir::Log::Terminal",
                              "Dir::Log::History",
                              "Dir::Etc::netrc",
                              "Dir::Etc::netrcparts"};

// Programs, or ways to run dpkg that leave the root.
constexpr std::array kOutside{"DPkg::Options",
                              "DPkg::Chroot-Directory",
                              "DPkg::Run-Directory",
                              "DPkg::Path",
                              "Dir::Bin",
                              "APT::Compressor",
                              "APT::Solver",
                              "APT::Planner",
                              "APT::Key::gpgvcommand",
                              "Apt::Keep-Fds"};

/// After a root's own configuration was read, which whoever fills the root may have written: its
/// commands would run as root on the machine.
void shut_in(const std::string& root) {
  for (const char* name : kHooks) _config->Clear(name);
  for (const char* name : kOutside) _config->Clear(name);
  const Configuration::Item* acquire = _config->Tree("Acquire");
  std::vector<std::string> methods;
  for (const auto* item = acquire != nullptr ? acquire->Child : nullptr; item != nullptr;
       item = item->Next) {
    methods.push_back("Acquire::" + item->Tag);
  }
  for (const std::string& method : methods) {
    _config->Clear(method + "::Proxy-Auto-Detect");
    _config->Clear(method + "::ProxyAutoDetect");
  }
  _config->Set("Dir::Bin::dpkg", "/usr/bin/dpkg");
  _config->Set("Dir::Bin::methods", "/usr/lib/apt/methods");
  _config->Set("Dir::Bin::apt-key", "/usr/bin/apt-key");
  _config->Set("Dir", root + "/");
  _config->Set("DPkg::Options::", "--root=" + root);
  // Whatever --root says, dpkg's own configuration names the log of the machine.
  _config->Set("DPkg::Options::", "--log=" + root + "/var/log/dpkg.log");
}

bool confined(const std::string& root) {
  for (const char* name : kFolders) {
    const std::string folder = _config->FindFile(name);
    const auto plain = std::filesystem::path(folder).lexically_normal().string();
    if (plain != "/dev/null" && !plain.starts_with(root + "/")) return false;
  }
  return true;
}

/// Caches of the package lists are keyed by size and second; two dpkg runs within one second would
/// show the state before the last one. Building afresh costs under a second on a full machine.
void forget_caches() {
  _config->Set("Dir::Cache::pkgcache", "");
  _config->Set("Dir::Cache::srcpkgcache", "");
}

void fill_folders(Root& root) {
  const std::string status = _config->FindFile("Dir::State::status");
  root.database = std::filesystem::path(status).parent_path();
  root.lists = _config->FindDir("Dir::State::lists");
  root.archives = _config->FindDir("Dir::Cache::archives");
}

}  // namespace

Outcome<Root> find_root(const std::string& path) {
  Root root;
  if (!path.empty()) {
    std::error_code error;
    root.path = std::filesystem::canonical(path, error);
    if (error) return refuse(ExitCode::RootMissing, "the root " + path + " is not there");
    if (root.path == "/") root.path.clear();
  }
  root.database = root.path + "/var/lib/dpkg";
  struct stat status{};
  if (stat((root.database + "/status").c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return refuse(ExitCode::RootMissing, "no dpkg database in " + root.database);
  }
  return root;
}

Outcome<Root> open_root(const std::string& path) {
  TRY(Root root, find_root(path));
  // Set by whoever calls, these would lead away from the root that was asked for.
  for (const char* name : {"APT_CONFIG", "DPKG_ROOT", "DPKG_ADMINDIR"}) unsetenv(name);
  if (!root.path.empty()) {
    _config->Set("Dir", root.path + "/");
    _config->Set("DPkg::Options::", "--root=" + root.path);
  }
  if (!pkgInitConfig(*_config)) return refuse(ExitCode::RootMissing, take_complaints());
  if (!root.path.empty()) {
    shut_in(root.path);
  }
  forget_caches();
  if (!pkgInitSystem(*_config, _system)) return refuse(ExitCode::RootMissing, take_complaints());
  if (!root.path.empty() && (!confined(root.path) || !_config->Find("RootDir").empty())) {
    return refuse(ExitCode::RootMissing, "the root's apt configuration leads out of the root");
  }
  fill_folders(root);
  static_cast<void>(take_complaints());
  return root;
}

std::string take_complaints() {
  std::string all;
  while (!_error->empty(GlobalError::DEBUG)) {
    std::string one;
    const bool is_error = _error->PopMessage(one);
    if (all.size() < kComplaintsMax) all += (is_error ? "E: " : "W: ") + one + "\n";
  }
  all.resize(std::min(all.size(), kComplaintsMax));
  return all;
}

}  // namespace mainstay::apt
