// What `zypper --xmlout list-patches` and `list-updates` print, as values. A small strict reader
// for just this: elements and attributes, no document type, no entities of the text's own, and
// refused whole where it was cut.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent {

struct ZypperUpdate {
  std::string kind;  // "patch", "package"
  std::string name;  // "SUSE-SU-2026-1001", "nginx"
  std::string edition;
  std::string edition_old;  // of packages
  std::string arch;
  std::string status;          // of patches: "needed"; "unwanted": locked
  std::string category;        // "security"
  std::string severity;        // "important"
  std::int64_t published = 0;  // seconds since 1970; 0: not said
  bool needs_reboot = false;   // by the word of who publishes it
  std::vector<std::string> cves;
};

inline constexpr std::size_t kZypperBytesMax = 8192UL * 1024;

struct ZypperList {
  std::vector<ZypperUpdate> updates;
  std::string complaint;      // its own words, cut: some repository is missing in the list
  bool knows_patches = true;  // false: no repository publishes any
};

/// Unavailable with zypper's own complaint if there is no list; Malformed for anything else than a
/// whole one.
Result<ZypperList> read_zypper_updates(std::string_view text);

}  // namespace mainstay::agent
