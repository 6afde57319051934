#include "agent/apt/simulate.h"

#include <algorithm>
#include <utility>

#include <apt-pkg/algorithms.h>
#include <apt-pkg/depcache.h>
#include <apt-pkg/version.h>

#include "agent/apt/pending.h"

namespace mainstay::apt {
namespace {

using Versions = std::vector<pkgCache::VerIterator>;

constexpr std::size_t kDetailMax = 2048;  // bytes

bool reached(pkgCacheFile& cache, const Versions& targets) {
  return std::ranges::all_of(targets, [&](const auto& target) {
    return cache[target.ParentPkg()].InstVerIter(cache) == target;
  });
}

/// Marks the targets with all they need, from a clean start. True if it can be done without
/// removal.
bool mark(pkgCacheFile& cache, const Versions& targets) {
  cache->Init(nullptr);
  {
    const pkgDepCache::ActionGroup group(cache);
    for (const auto& target : targets) cache->SetCandidateVersion(target);
    // Not as a person's wish, which would overrule a hold.
    for (const auto& target : targets) cache->MarkInstall(target.ParentPkg(), true, 0, false);
  }
  if (cache->BrokenCount() != 0) {
    pkgProblemResolver resolver(cache);
    for (const auto& target : targets) resolver.Protect(target.ParentPkg());
    static_cast<void>(resolver.Resolve(true));
  }
  return cache->BrokenCount() == 0 && cache->DelCount() == 0 && reached(cache, targets);
}

std::string describe_dependency(pkgCache::DepIterator dependency) {
  std::string text = std::string(dependency.ParentPkg().Name()) + ": " + dependency.DepType() +
                     " " + dependency.TargetPkg().Name();
  if (dependency.TargetVer() != nullptr) {
    text += std::string(" (") + dependency.CompType() + " " + dependency.TargetVer() + ")";
  }
  return text + "; ";
}

/// Why the cache, as it is marked now, is no state to be in.
std::string explain(pkgCacheFile& cache) {
  std::string text;
  for (auto package = cache->PkgBegin(); !package.end(); ++package) {
    auto& state = cache[package];
    if (state.Delete()) text += std::string("would remove ") + package.Name() + "; ";
    if (!state.InstBroken() || text.size() > kDetailMax) continue;
    const auto version = state.InstVerIter(cache);
    if (version.end()) continue;
    for (auto dependency = version.DependsList(); !dependency.end(); ++dependency) {
      const bool met = (cache[dependency] & pkgDepCache::DepGInstall) != 0;
      if (!met && dependency.IsCritical()) text += describe_dependency(dependency);
    }
  }
  return text.substr(0, kDetailMax);
}

/// Reads the marks of the cache into the set.
void collect(pkgCacheFile& cache, Simulation& result) {
  for (auto package = cache->PkgBegin(); !package.end(); ++package) {
    auto& state = cache[package];
    const auto current = package.CurrentVer();
    if (state.Delete() && !current.end()) result.removals.push_back(identity(current));
    if (!state.Install()) continue;
    const auto version = state.InstVerIter(cache);
    Change change{.package = identity(version)};
    if (!current.end()) change.installed = current.VerStr();
    change.security = closes_security(cache, version);
    change.size_bytes = version->Size;
    result.set.push_back(std::move(change));
  }
  std::ranges::sort(result.set, {}, &Change::package);
  result.download_bytes = cache->DebSize();
  result.install_bytes = cache->UsrSize();
}

/// Takes the targets one by one, so that one that cannot be had does not keep back the others.
Versions choose(pkgCacheFile& cache, const Versions& targets, std::vector<std::string>& details) {
  details.assign(targets.size(), {});
  if (mark(cache, targets)) return targets;
  Versions chosen;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    chosen.push_back(targets[i]);
    if (mark(cache, chosen)) continue;
    const bool removes = cache->DelCount() != 0;
    // The resolver's last word has often lost the cause; the plain marks still show it.
    std::string why = explain(cache);
    if (why.empty()) why = "its dependencies cannot be met";
    details[i] = (removes ? "would-remove " : "impossible ") + why;
    chosen.pop_back();
  }
  static_cast<void>(mark(cache, chosen));
  return chosen;
}

void refuse_target(Simulation& result, const Pending& update, const std::string& detail) {
  const auto space = detail.find(' ');
  result.kept.push_back(
      {.pending = update, .reason = detail.substr(0, space), .detail = detail.substr(space + 1)});
}

}  // namespace

Simulation simulate_pending(pkgCacheFile& cache, Wanted wanted) {
  Simulation result;
  Versions targets;
  std::vector<Pending> candidates;
  for (Pending& update : pending_updates(cache).updates) {
    if (wanted == Wanted::Security && !update.security) continue;
    if (update.held || update.phased_percent < 100) {
      std::string reason = update.held ? "held" : "phased";
      result.kept.push_back({.pending = update, .reason = std::move(reason)});
      continue;
    }
    targets.push_back(find_version(cache, update.candidate));
    candidates.push_back(std::move(update));
  }
  std::vector<std::string> details;
  static_cast<void>(choose(cache, targets, details));
  for (std::size_t i = 0; i < details.size(); ++i) {
    if (!details[i].empty()) refuse_target(result, candidates[i], details[i]);
  }
  collect(cache, result);
  return result;
}

Simulation simulate_set(pkgCacheFile& cache, const std::vector<PackageVersion>& set) {
  Simulation result;
  Versions targets;
  std::vector<pkgCache::PkgIterator> halves;
  pkgCache& all = cache;
  for (const PackageVersion& wanted : set) {
    const auto version = find_version(cache, wanted);
    if (version.end()) {
      result.missing.push_back(wanted);
      continue;
    }
    const auto package = version.ParentPkg();
    const auto current = package.CurrentVer();
    if (current == version) {
      result.current.push_back(wanted);
      // Its version is there, its files perhaps not: an unpacking that was interrupted.
      if (package.State() == pkgCache::PkgIterator::NeedsUnpack) halves.push_back(package);
      continue;
    }
    const bool downgrade =
        !current.end() && all.VS->CmpVersion(current.VerStr(), version.VerStr()) > 0;
    if (downgrade || (!current.end() && package->SelectedState == pkgCache::State::Hold)) {
      result.blocked.push_back(wanted);
      continue;
    }
    // Known only from dpkg's status: no archive has it to download.
    if (!version.Downloadable()) {
      result.missing.push_back(wanted);
      continue;
    }
    targets.push_back(version);
  }
  if (!mark(cache, targets)) result.detail = "cannot be had together; " + explain(cache);
  for (const auto& package : halves) cache->SetReInstall(package, true);
  collect(cache, result);
  return result;
}

bool installs_just(const Simulation& simulation, std::vector<PackageVersion> set) {
  std::erase_if(set, [&](const PackageVersion& package) {
    return std::ranges::find(simulation.current, package) != simulation.current.end();
  });
  std::ranges::sort(set);
  return std::ranges::equal(simulation.set, set, {}, &Change::package);
}

}  // namespace mainstay::apt
