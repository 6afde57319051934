#include "agent/apt/package.h"

#include <algorithm>
#include <set>
#include <utility>

namespace mainstay::apt {
namespace {

bool lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool good_name(std::string_view text) {
  return text.size() >= 2 && text.size() <= kNameMax && lower_or_digit(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return lower_or_digit(c) || c == '+' || c == '-' || c == '.'; });
}

bool good_architecture(std::string_view text) {
  return !text.empty() && text.size() <= kArchitectureMax && lower_or_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return lower_or_digit(c) || c == '-'; });
}

bool good_version(std::string_view text) {
  constexpr std::string_view kMarks = ".+-:~";
  return !text.empty() && text.size() <= kVersionMax && text.front() >= '0' &&
         text.front() <= '9' && std::ranges::all_of(text, [&](char c) {
           return lower_or_digit(c) || (c >= 'A' && c <= 'Z') || kMarks.contains(c);
         });
}

}  // namespace

std::string to_text(const PackageVersion& package) {
  std::string text = package.name + ":" + package.architecture;
  if (!package.version.empty()) text += "=" + package.version;
  return text;
}

bool well_formed(const PackageVersion& package) {
  return good_name(package.name) && good_architecture(package.architecture) &&
         (package.version.empty() || good_version(package.version));
}

Result<PackageVersion> parse_package(std::string_view text, VersionPart version) {
  // The version may hold a colon (its epoch), so the name is cut off first.
  const auto colon = text.find(':');
  const auto equals = text.find('=');
  PackageVersion package;
  if (colon != std::string_view::npos && colon < equals) {
    package.name = text.substr(0, colon);
    package.architecture = text.substr(colon + 1, std::min(equals, text.size()) - colon - 1);
    if (equals != std::string_view::npos) package.version = text.substr(equals + 1);
  }
  const bool version_missing =
      package.version.empty() && (version == VersionPart::Required || equals != text.npos);
  if (!well_formed(package) || version_missing) {
    return fail(Fault::Malformed, "a package is written name:architecture=version");
  }
  return package;
}

Result<std::vector<PackageVersion>> parse_set(std::string_view text, VersionPart version) {
  constexpr std::string_view kWhite = " \t\r\n";
  if (text.size() > kSetBytesMax) return fail(Fault::Malformed, "the set is longer than 1 MiB");
  std::vector<PackageVersion> packages;
  std::set<std::pair<std::string, std::string>> seen;
  for (auto begin = text.find_first_not_of(kWhite); begin != text.npos;) {
    const auto end = std::min(text.find_first_of(kWhite, begin), text.size());
    TRY(PackageVersion package, parse_package(text.substr(begin, end - begin), version));
    if (!seen.emplace(package.name, package.architecture).second) {
      return fail(Fault::Malformed, "the set names " + package.name + " twice");
    }
    packages.push_back(std::move(package));
    if (packages.size() > kSetMax) return fail(Fault::Malformed, "the set has too many packages");
    begin = text.find_first_not_of(kWhite, end);
  }
  return packages;
}

}  // namespace mainstay::apt
