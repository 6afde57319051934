#include "agent/apt/pending.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <apt-pkg/depcache.h>
#include <apt-pkg/pkgrecords.h>
#include <apt-pkg/pkgsystem.h>
#include <apt-pkg/version.h>

namespace mainstay::apt {
namespace {

std::string text_of(const char* text) {
  return text == nullptr ? std::string() : text;
}

bool is_of_security(pkgCache::PkgFileIterator file) {
  if (file.Flagged(pkgCache::Flag::NotSource)) return false;  // dpkg's own status
  if (text_of(file.Label()) == "Debian-Security") return true;
  return text_of(file.Origin()) == "Ubuntu" && text_of(file.Archive()).ends_with("-security");
}

bool from_security(pkgCache::VerIterator version) {
  for (auto place = version.FileList(); !place.end(); ++place) {
    if (is_of_security(place.File())) return true;
  }
  return false;
}

/// Ubuntu offers an update to a growing share of machines first. A value that is no number counts
/// as 0: in doubt it waits.
unsigned phased_percent(pkgRecords& records, pkgCache::VerFileIterator place) {
  const std::string text = records.Lookup(place).RecordField("Phased-Update-Percentage");
  if (text.empty()) return 100;
  unsigned percent = 0;
  const auto end = text.data() + text.size();
  return std::from_chars(text.data(), end, percent).ec == std::errc{} ? std::min(percent, 100U) : 0;
}

Pending describe(pkgCacheFile& cache, pkgRecords& records, pkgCache::PkgIterator package,
                 pkgCache::VerIterator candidate) {
  Pending update;
  update.candidate = identity(candidate);
  update.installed = text_of(package.CurrentVer().VerStr());
  update.held = package->SelectedState == pkgCache::State::Hold;
  update.security = closes_security(cache, candidate);
  update.size_bytes = candidate->Size;
  for (auto place = candidate.FileList(); !place.end(); ++place) {
    const auto file = place.File();
    if (file.Flagged(pkgCache::Flag::NotSource)) continue;
    update.origin = text_of(file.Origin());
    update.label = text_of(file.Label());
    update.archive = text_of(file.Archive());
    update.phased_percent = phased_percent(records, place);
    break;
  }
  return update;
}

/// The newest version of a security archive that is newer than what is installed and than what the
/// policy would install; a null iterator if there is none.
pkgCache::VerIterator pinned_version(pkgCacheFile& cache, pkgCache::PkgIterator package) {
  pkgCache& all = cache;
  const auto candidate = cache[package].CandidateVerIter(cache);
  // Versions are filed newest first.
  for (auto version = package.VersionList(); !version.end(); ++version) {
    const auto is_newer = [&](pkgCache::VerIterator other) {
      return other.end() || all.VS->CmpVersion(version.VerStr(), other.VerStr()) > 0;
    };
    if (!is_newer(package.CurrentVer()) || !is_newer(candidate)) break;
    if (from_security(version)) return version;
  }
  return {all};
}

void keep(PendingUpdates& pending, std::vector<Pending>& in, Pending update) {
  if (well_formed(update.candidate)) {
    in.push_back(std::move(update));
  } else {
    ++pending.rejected;
  }
}

}  // namespace

std::int64_t security_published_at(pkgCacheFile& cache) {
  std::int64_t newest = 0;
  pkgCache& all = cache;
  for (auto file = all.FileBegin(); !file.end(); ++file) {
    // apt gives a list the date of its publication.
    if (is_of_security(file)) newest = std::max(newest, std::int64_t{file->mtime});
  }
  return newest;
}

PackageVersion identity(pkgCache::VerIterator version) {
  return {.name = text_of(version.ParentPkg().Name()),
          .architecture = text_of(version.Arch()),
          .version = text_of(version.VerStr())};
}

bool closes_security(pkgCacheFile& cache, pkgCache::VerIterator version) {
  const auto package = version.ParentPkg();
  const auto current = package.CurrentVer();
  pkgCache& all = cache;
  for (auto other = package.VersionList(); !other.end(); ++other) {
    const bool newer = current.end() || all.VS->CmpVersion(other.VerStr(), current.VerStr()) > 0;
    const bool reached = all.VS->CmpVersion(other.VerStr(), version.VerStr()) <= 0;
    if (newer && reached && from_security(other)) return true;
  }
  return false;
}

PendingUpdates pending_updates(pkgCacheFile& cache) {
  PendingUpdates pending;
  pkgRecords records(cache);
  for (auto package = cache->PkgBegin(); !package.end(); ++package) {
    if (package.CurrentVer().end()) continue;
    const auto pinned = pinned_version(cache, package);
    if (!pinned.end()) keep(pending, pending.pinned, describe(cache, records, package, pinned));
    auto& state = cache[package];
    if (!state.Upgradable()) continue;
    const auto candidate = state.CandidateVerIter(cache);
    if (candidate.end() || candidate == package.CurrentVer()) continue;
    keep(pending, pending.updates, describe(cache, records, package, candidate));
  }
  std::ranges::sort(pending.updates, {}, &Pending::candidate);
  std::ranges::sort(pending.pinned, {}, &Pending::candidate);
  return pending;
}

pkgCache::PkgIterator find_package(pkgCacheFile& cache, const PackageVersion& wanted) {
  // A package for all architectures is filed under the native one.
  pkgCache& all = cache;
  const bool any = wanted.architecture == "all";
  return all.FindPkg(wanted.name, any ? all.NativeArch() : wanted.architecture);
}

pkgCache::VerIterator find_version(pkgCacheFile& cache, const PackageVersion& wanted) {
  pkgCache& all = cache;
  const auto package = find_package(cache, wanted);
  if (package.end()) return {all};
  for (auto version = package.VersionList(); !version.end(); ++version) {
    if (wanted.version == version.VerStr() && wanted.architecture == version.Arch()) return version;
  }
  return {all};
}

}  // namespace mainstay::apt
