#include "agent/apt/sources.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <apt-pkg/pkgsystem.h>
#include <apt-pkg/version.h>

#include "agent/apt/source_name.h"

namespace mainstay::apt {
namespace {

constexpr std::string_view kImage = "linux-image-";

struct Origin {
  std::string name;
  std::string version;
};

/// All of one source that is installed.
struct Group {
  std::optional<std::string> lowest;
  std::optional<std::string> reached;  // the lowest of what its packages could be brought to
  std::optional<std::string> image_lowest;
  std::optional<std::string> image_running;
  std::optional<std::string> image_reached;  // the highest: old images stay beside new ones
  std::set<std::string> binaries;
};

class Groups {
 public:
  Groups(pkgCacheFile& cache, std::string kernel) : cache_(cache), kernel_(std::move(kernel)) {}

  void add(pkgCache::PkgIterator package) {
    const std::string name = package.Name();
    const Origin installed = origin_of(package.CurrentVer());
    const auto candidate = cache_[package].CandidateVerIter(cache_);
    Group& group = groups_[installed.name];
    group.binaries.insert(name);
    if (name.starts_with(kImage)) {
      add_image(group, name, installed);
      if (candidate.end()) return;
      add_reached(candidate);
      add_images_of(candidate);
      return;
    }
    lower(group.lowest, installed.version);
    // Moved to another source, it leaves this one.
    std::string reached = installed.version;
    if (!candidate.end()) {
      const Origin next = origin_of(candidate);
      if (next.name == installed.name && is_less(reached, next.version)) reached = next.version;
    }
    lower(group.reached, reached);
  }

  std::vector<Source> finish() {
    std::vector<Source> sources;
    for (auto& [name, group] : groups_) {
      const bool is_kernel = group.image_lowest.has_value();
      // Headers and tools of a kernel that is not here, as in a container.
      if (!is_kernel && (name == "linux" || !group.lowest)) continue;
      Source source{
          .name = name,
          .version = is_kernel ? group.image_running.value_or(*group.image_lowest) : *group.lowest,
          .candidate = (is_kernel ? group.image_reached : group.reached).value_or(""),
          .binaries = {group.binaries.begin(), group.binaries.end()}};
      if (!is_less(source.version, source.candidate)) source.candidate.clear();
      sources.push_back(std::move(source));
    }
    return sources;
  }

 private:
  bool is_less(const std::string& left, const std::string& right) {
    pkgCache& all = cache_;
    return all.VS->CmpVersion(left, right) < 0;
  }
  void lower(std::optional<std::string>& to, const std::string& version) {
    if (!to || is_less(version, *to)) to = version;
  }
  void raise(std::optional<std::string>& to, const std::string& version) {
    if (!to || is_less(*to, version)) to = version;
  }

  static Origin origin_of(pkgCache::VerIterator version) {
    const std::string source = version.SourcePkgName();
    const std::string name = unsigned_source(source, version.Arch());
    // The version of a signed source has a plus where that of the image, and of its source, has a
    // dash; the image itself has the right one.
    return {.name = name, .version = name == source ? version.SourceVerStr() : version.VerStr()};
  }

  void add_image(Group& group, const std::string& name, const Origin& installed) {
    lower(group.image_lowest, installed.version);
    raise(group.image_reached, installed.version);
    if (kernel_.empty()) return;
    const std::string_view release = std::string_view(name).substr(kImage.size());
    if (release == kernel_ || release == "unsigned-" + kernel_) {
      group.image_running = installed.version;
    }
  }

  /// What follows the newest kernel (linux-image-amd64) depends on its image.
  void add_images_of(pkgCache::VerIterator follower) {
    for (auto dependency = follower.DependsList(); !dependency.end(); ++dependency) {
      if (dependency->Type != pkgCache::Dep::Depends) continue;
      const auto target = dependency.TargetPkg();
      if (!std::string_view(target.Name()).starts_with(kImage)) continue;
      const auto image = cache_[target].CandidateVerIter(cache_);
      if (!image.end()) add_reached(image);
    }
  }

  void add_reached(pkgCache::VerIterator image) {
    const Origin origin = origin_of(image);
    raise(groups_[origin.name].image_reached, origin.version);
  }

  pkgCacheFile& cache_;
  std::string kernel_;
  std::map<std::string, Group> groups_;
};

}  // namespace

std::vector<Source> installed_sources(pkgCacheFile& cache, const std::string& kernel) {
  Groups groups(cache, kernel);
  for (auto package = cache->PkgBegin(); !package.end(); ++package) {
    // Of a package that was removed, and left its settings, there is no current version.
    if (!package.CurrentVer().end()) groups.add(package);
  }
  return groups.finish();
}

}  // namespace mainstay::apt
