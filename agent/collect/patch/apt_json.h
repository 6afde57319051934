// What the package helper (agent/apt) prints, as plain values. The helper reads what repositories
// send, so its output is hostile until it has passed here: bounded in bytes, depth, lists and
// words, and refused whole if a list in it was cut.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/plan/head.h"

namespace mainstay::agent {

inline constexpr std::size_t kAptOutputBytesMax = 1024UL * 1024;
inline constexpr std::size_t kAptSourcesOutputBytesMax = 2048UL * 1024;  // of `list --sources`

struct PatchState {
  std::string os;            // "debian 12"
  std::string architecture;  // dpkg's name
  // What a plan could install, and what a person held back: together all updates pending.
  std::int64_t security = 0;
  std::int64_t total = 0;
  std::int64_t held = 0;
  std::uint32_t broken = 0;          // not cleanly installed; at least 1 if dpkg was interrupted
  std::int64_t lists_fetched = 0;    // seconds since 1970; 0: never
  std::int64_t var_free_bytes = -1;  // -1: unknown
};

/// One update that waits; the texts are printable, but whoever fills a repository chose them.
struct AptUpdate {
  std::string name;  // "nginx:amd64"
  std::string installed;
  std::string candidate;
  std::string label;  // of the archive: "Debian-Security"
  bool security = false;
  bool held = false;
  std::int64_t phased_percent = 100;
};
struct AptState {
  std::string name;  // "nginx:amd64"
  std::string version;
  std::string status;  // dpkg's word
};
/// What is installed of one source package.
struct AptSource {
  std::string name;
  std::string version;                // the lowest of its packages, or of the kernel that runs
  std::string candidate;              // empty: nothing newer
  std::vector<std::string> binaries;  // "libssl3"
};
/// All that `list` says, for findings.
struct AptListing {
  std::string os_id;
  std::string os_version;
  std::int64_t lists_fetched = 0;       // seconds since 1970; 0: never
  std::int64_t security_published = 0;  // the newest list with security updates; 0: there is none
  std::int64_t rejected = 0;            // packages whose names dpkg's policy does not allow
  bool interrupted = false;
  std::vector<AptState> unfinished;
  std::vector<AptUpdate> updates;
  std::vector<AptUpdate> pinned;        // security updates that this host's preferences keep out
  std::vector<AptSource> sources = {};  // only of `list --sources`
};

struct PatchSet {
  std::vector<PackageVersion> packages;  // ascending
  std::vector<std::string> kept;         // "bash:amd64 held", at most kKeptMax
};
inline constexpr std::size_t kKeptMax = 64;

/// Of `list`.
Result<PatchState> read_apt_list(std::string_view text);
/// With or without --sources.
Result<AptListing> read_apt_listing(std::string_view text);
/// Of `simulate`. Denied, with the helper's words, if it says that the set cannot be installed.
Result<PatchSet> read_apt_simulation(std::string_view text);

}  // namespace mainstay::agent
