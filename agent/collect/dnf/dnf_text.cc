#include "agent/collect/dnf/dnf_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

namespace mainstay::agent {
namespace {

constexpr std::size_t kWordBytesMax = 256;
constexpr std::size_t kPackagesMax = 50'000;
constexpr std::size_t kRepositoriesMax = 500;

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Fault::Malformed, "dnf: " + std::string(what));
}

/// Printable ASCII without blanks and bars: what rpm's own rules leave names and versions.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kWordBytesMax &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '|'; });
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

/// Words between blanks; one more than fits means that there are more.
std::size_t split(std::string_view line, std::span<std::string_view> words) {
  std::size_t count = 0;
  while (!line.empty()) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == line.npos) break;
    line.remove_prefix(start);
    const std::string_view word = line.substr(0, line.find(' '));
    if (count == words.size()) return count + 1;
    words[count++] = word;
    line.remove_prefix(word.size());
  }
  return count;
}

/// Epoch 0 is as good as none, and dnf itself says it in some places only.
std::string plain_evr(std::string_view evr) {
  if (evr.starts_with("0:") || evr.starts_with("(none):")) evr.remove_prefix(evr.find(':') + 1);
  return std::string(evr);
}

std::optional<RpmPackage> package_of(std::string_view line) {
  const std::size_t first = line.find('|');
  const std::size_t last = line.rfind('|');
  if (first == line.npos || first == last) return std::nullopt;
  const std::string_view name = line.substr(0, first);
  const std::string_view arch = line.substr(first + 1, last - first - 1);
  const std::string_view evr = line.substr(last + 1);
  // An rpm that is a key has no architecture.
  if (!is_word(name) || !is_word(arch) || !is_word(evr)) return std::nullopt;
  return RpmPackage{.name = std::string(name).append(".").append(arch), .evr = plain_evr(evr)};
}

/// "openssl-libs-1:3.0.7-1.el9.noarch": from behind, since names have dashes and dots.
std::optional<RpmPackage> package_of_nevra(std::string_view word) {
  if (!is_word(word)) return std::nullopt;
  const std::size_t dot = word.rfind('.');
  if (dot == word.npos || dot == 0) return std::nullopt;
  const std::string_view rest = word.substr(0, dot);
  const std::size_t release = rest.rfind('-');
  if (release == rest.npos || release == 0) return std::nullopt;
  const std::size_t version = rest.rfind('-', release - 1);
  if (version == rest.npos || version == 0) return std::nullopt;
  return RpmPackage{.name = std::string(rest.substr(0, version)).append(word.substr(dot)),
                    .evr = plain_evr(rest.substr(version + 1))};
}

}  // namespace

Result<std::vector<RpmPackage>> read_rpm_packages(std::string_view text) {
  if (text.size() > kDnfOutputBytesMax) return malformed("too much output");
  std::vector<RpmPackage> packages;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    // dnf 4 ends each with a line of its own, dnf 5 does not.
    if (line.empty()) continue;
    auto package = package_of(line);
    if (!package) return malformed("a line that is no package");
    if (packages.size() == kPackagesMax) return malformed("too many packages");
    packages.push_back(std::move(*package));
  }
  return packages;
}

Result<std::vector<DnfAdvisory>> read_dnf_advisories(std::string_view text) {
  if (text.size() > kDnfOutputBytesMax) return malformed("too much output");
  std::vector<DnfAdvisory> advisories;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    std::array<std::string_view, 3> words;
    const std::size_t count = split(line, words);
    auto fix = count == words.size() ? package_of_nevra(words[2]) : std::nullopt;
    if (!fix || !is_word(words[0]) || !is_word(words[1])) {
      return malformed("a line that is no advisory");
    }
    if (advisories.size() == kPackagesMax) return malformed("too many advisories");
    // "Important/Sec.", "Unknown/Sec."; other kinds are "bugfix", "enhancement".
    const std::size_t slash = words[1].find('/');
    std::string severity(slash == words[1].npos ? "" : words[1].substr(0, slash));
    if (severity == "Unknown" || severity == "None") severity.clear();
    advisories.push_back(
        {.id = std::string(words[0]), .severity = std::move(severity), .fix = std::move(*fix)});
  }
  return advisories;
}

Result<std::vector<std::string>> read_dnf_repositories(std::string_view text) {
  std::vector<std::string> names;
  if (text.size() > kDnfOutputBytesMax) return malformed("too much output");
  bool is_first = true;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (std::exchange(is_first, false)) {
      if (!line.starts_with("repo id ")) return malformed("a table of other things");
      continue;
    }
    const std::string_view name = line.substr(0, line.find(' '));
    if (!is_word(name) || name.contains('/') || names.size() == kRepositoriesMax) {
      return malformed("an odd name of a repository");
    }
    names.emplace_back(name);
  }
  return names;
}

}  // namespace mainstay::agent
