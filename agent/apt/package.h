// The notation name:architecture=version, in which plans, permits and this helper name packages.
// Only the characters that dpkg's policy allows are accepted, with bounded lengths, so that a name
// can go into an argv, a document or a log as it is.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::apt {

inline constexpr std::size_t kNameMax = 128;
inline constexpr std::size_t kArchitectureMax = 24;
inline constexpr std::size_t kVersionMax = 128;
inline constexpr std::size_t kSetMax = 4'000;  // packages; a release upgrade of a desktop has 2,500
inline constexpr std::size_t kSetBytesMax = 1 << 20;

struct PackageVersion {
  std::string name;
  std::string architecture;  // as in the package itself, so `all` for a package of any architecture
  std::string version;       // empty where only the package is meant

  auto operator<=>(const PackageVersion&) const = default;
};

std::string to_text(const PackageVersion& package);
bool well_formed(const PackageVersion& package);

enum class VersionPart { Required, Optional };
Result<PackageVersion> parse_package(std::string_view text, VersionPart version);

/// One package a word; words are separated by white space. Refuses duplicates and more than
/// kSetMax.
Result<std::vector<PackageVersion>> parse_set(std::string_view text, VersionPart version);

}  // namespace mainstay::apt
