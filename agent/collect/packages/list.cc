#include "agent/collect/packages/list.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>

#include <string.h>

namespace mainstay::agent {
namespace {

// What the coordinator looks for in `stale`.
constexpr const char* kKernel = "kernel";

using Users = std::map<std::string, std::set<std::string>>;  // by package, names of processes

/// A library's own name, and shorter ones down to what programs ask for, which the next version
/// keeps: libssl.so.3.0.1, libssl.so.3.0, libssl.so.3.
std::vector<std::string> names_of(const std::string& file) {
  constexpr std::string_view kLibrary = ".so.";
  constexpr std::size_t kNamesMax = 8;
  std::vector<std::string> names = {file};
  const std::size_t library = file.rfind(kLibrary);
  if (library == file.npos) return names;
  for (std::size_t dot = file.rfind('.');
       dot >= library + kLibrary.size() && names.size() < kNamesMax;
       dot = file.rfind('.', dot - 1)) {
    names.push_back(file.substr(0, dot));
  }
  return names;
}

/// Whose a file is, or was before it was replaced; null: nobody's.
const std::string* owner_of(const HostUse& host, const std::string& file) {
  for (const std::string& name : names_of(file)) {
    const auto owner = host.owners.find(name);
    if (owner != host.owners.end()) return &owner->second;
  }
  return nullptr;
}

void note(Users& users, const HostUse& host, const std::string& file, const std::string& process) {
  const std::string* const owner = owner_of(host, file);
  if (owner != nullptr) users[*owner].insert(process);
}

/// What no package manager brings.
bool is_own(const std::string& file) {
  return file.starts_with("/opt/") || file.starts_with("/usr/local");
}

/// Else a process may run what some package has replaced, and nothing shows which.
bool knows_replaced(const HostUse& host) {
  return std::ranges::all_of(host.uses.processes, [&](const ProcessUse& process) {
    return std::ranges::all_of(process.replaced, [&](const std::string& file) {
      return is_own(file) || owner_of(host, file) != nullptr;
    });
  });
}

/// By the names of packages as their manager has them.
struct Used {
  Users listening;
  Users stale;
};

Used used_by(const HostUse& host) {
  Used used;
  for (const ProcessUse& process : host.uses.processes) {
    for (const std::string& file : process.files) {
      if (process.listens) note(used.listening, host, file, process.name);
    }
    for (const std::string& file : process.replaced) note(used.stale, host, file, process.name);
  }
  return used;
}

void add_users(const Users& users, const std::string& package, std::vector<std::string>& names) {
  const auto found = users.find(package);
  if (found == users.end()) return;
  names.insert(names.end(), found->second.begin(), found->second.end());
}

/// "6.1.0-40-amd64" of linux-image-6.1.0-40-amd64; empty of what follows the newest, or is none.
std::string image_of(std::string_view binary) {
  for (const std::string_view kind : {"linux-image-unsigned-", "linux-image-"}) {
    if (!binary.starts_with(kind)) continue;
    binary.remove_prefix(kind.size());
    const bool is_release = !binary.empty() && binary[0] >= '0' && binary[0] <= '9';
    return is_release ? std::string(binary) : "";
  }
  return {};
}

/// "amd64" of 6.1.0-40-amd64 and of 6.1.0-40-rt-amd64, which are of one source.
std::string_view last_word(std::string_view release) {
  return release.substr(release.rfind('-') + 1);
}

std::set<std::string> images_like(const std::string& kernel, const AptListing& listing) {
  std::set<std::string> images;
  for (const AptSource& source : listing.sources) {
    for (const std::string& binary : source.binaries) {
      const std::string release = image_of(binary);
      if (!release.empty() && last_word(release) == last_word(kernel)) images.insert(release);
    }
  }
  return images;
}

/// Whose package says that the kernel is stale: the running one's, or, where that was removed
/// meanwhile, the newest one's. Empty: it is not, or belongs to another root.
std::string stale_image(const std::set<std::string>& images, const HostUse& host) {
  if (!host.is_kernel_stale || host.kernel.empty()) return {};
  std::string newest = host.kernel;
  if (images.contains(newest)) return newest;
  for (const std::string& image : images) {
    if (::strverscmp(image.c_str(), newest.c_str()) > 0) newest = image;
  }
  return newest;
}

/// "nginx" and "x86_64" of nginx.x86_64.
std::pair<std::string, std::string> parts_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos) return {name, ""};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

/// uname's word for a kernel of this version: without the epoch, with the architecture.
std::string release_of(const RpmPackage& package) {
  const std::size_t colon = package.evr.find(':');
  const std::string version =
      colon == package.evr.npos ? package.evr : package.evr.substr(colon + 1);
  return version + "." + parts_of(package.name).second;
}

/// Of the packages that come with each kernel, those beside which another one runs.
std::set<std::string> names_running(const RpmHost& rpm, const std::string& kernel) {
  std::set<std::string> names;
  for (const RpmPackage& package : rpm.installed) {
    if (package.name.starts_with("kernel") && release_of(package) == kernel) {
      names.insert(package.name);
    }
  }
  return names;
}

/// The one that brings the file that is booted: "kernel" alone before version 8.
bool is_image(const std::string& name) {
  return name == "kernel" || (name.starts_with("kernel-") && name.ends_with("-core"));
}

std::set<std::string> images_in(const RpmHost& rpm) {
  std::set<std::string> images;
  for (const RpmPackage& package : rpm.installed) {
    if (is_image(parts_of(package.name).first)) images.insert(release_of(package));
  }
  return images;
}

}  // namespace

PackageList package_list_of(const AptListing& listing, const HostUse& host) {
  PackageList list{.release = listing.os_id + ":" + listing.os_version,
                   .sees_processes = host.uses.is_complete && knows_replaced(host),
                   .packages = {}};
  const Used used = used_by(host);
  const std::string stale = stale_image(images_like(host.kernel, listing), host);
  for (const AptSource& source : listing.sources) {
    InstalledPackage package{
        .name = source.name, .version = source.version, .candidate = source.candidate};
    for (const std::string& binary : source.binaries) {
      add_users(used.listening, binary, package.listening);
      add_users(used.stale, binary, package.stale);
      if (!stale.empty() && image_of(binary) == stale) package.stale.emplace_back(kKernel);
    }
    list.packages.push_back(std::move(package));
  }
  return list;
}

PackageList package_list_of(const RpmHost& rpm, const std::string& release, const HostUse& host) {
  PackageList list{.release = release,
                   .sees_processes = host.uses.is_complete && knows_replaced(host),
                   .packages = {}};
  const Used used = used_by(host);
  const std::set<std::string> running = names_running(rpm, host.kernel);
  const std::string stale = stale_image(images_in(rpm), host);
  std::map<std::string, std::string> upgrades;
  for (const RpmPackage& upgrade : rpm.upgrades) upgrades[upgrade.name] = upgrade.evr;
  for (const RpmPackage& installed : rpm.installed) {
    const std::string name = parts_of(installed.name).first;
    if (name == "gpg-pubkey") continue;  // a key, no package
    const bool is_kernel = running.contains(installed.name);
    if (is_kernel && release_of(installed) != host.kernel) continue;
    InstalledPackage package{.name = name, .version = installed.evr};
    if (const auto newer = upgrades.find(installed.name); newer != upgrades.end()) {
      package.candidate = newer->second;
    }
    add_users(used.listening, name, package.listening);
    add_users(used.stale, name, package.stale);
    const bool is_newest = is_image(name) && release_of(installed) == stale;
    if (host.is_kernel_stale && (is_kernel || is_newest)) package.stale.emplace_back(kKernel);
    list.packages.push_back(std::move(package));
  }
  return list;
}

std::vector<std::string> files_of(const ProcessUses& uses) {
  std::set<std::string> files;
  for (const ProcessUse& process : uses.processes) {
    files.insert(process.files.begin(), process.files.end());
    for (const std::string& file : process.replaced) {
      const std::vector<std::string> names = names_of(file);
      files.insert(names.begin(), names.end());
    }
  }
  return {files.begin(), files.end()};
}

}  // namespace mainstay::agent
