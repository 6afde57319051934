// One line a package, of words between blanks, none of which needs an escape anywhere:
//
//   packages 1 debian:12 all                             ("some": not every process was seen;
//                                                        "part": nor are all packages in it)
//   openssl 3.0.15-1 candidate=3.0.17-1 listening=nginx,sshd stale=nginx
#include "common/plan/package_list.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "common/core/sort_unique.h"
#include "common/plan/package_word.h"

namespace mainstay {
namespace {

constexpr std::string_view kStart = "packages 1 ";
constexpr std::string_view kAll = "all";
constexpr std::string_view kSome = "some";
constexpr std::string_view kPart = "part";
constexpr std::string_view kCandidate = "candidate=";
constexpr std::string_view kListening = "listening=";
constexpr std::string_view kStale = "stale=";
// The kernel keeps 15.
constexpr std::size_t kProcessBytesMax = 32;

constexpr bool is_of_process(char c) {
  return c > ' ' && c <= '~' && c != ',' && c != '"' && c != '\\';
}

bool is_process(std::string_view text) {
  return !text.empty() && text.size() <= kProcessBytesMax &&
         std::ranges::all_of(text, is_of_process);
}

/// A process calls itself what it likes.
std::string harmless_process(std::string_view name) {
  std::string made(name.substr(0, kProcessBytesMax));
  std::ranges::replace_if(made, std::not_fn(is_of_process), '?');
  return made.empty() ? "?" : made;
}

/// Sorted, and no more than the first few: the C library listens in everything, and which of it is
/// a matter of the host, not of the list.
void make_harmless(std::vector<std::string>& names) {
  for (std::string& name : names) name = harmless_process(name);
  sort_unique(names);
  names.resize(std::min(names.size(), kProcessNamesMax));
}

auto key_of(const InstalledPackage& package) {
  return std::tie(package.name, package.version);
}

/// Two of one name and version become one, with all that was said of either.
void join_equals(std::vector<InstalledPackage>& packages) {
  std::vector<InstalledPackage> joined;
  joined.reserve(packages.size());
  for (InstalledPackage& package : packages) {
    if (joined.empty() || key_of(joined.back()) != key_of(package)) {
      joined.push_back(std::move(package));
      continue;
    }
    InstalledPackage& whole = joined.back();
    if (whole.candidate.empty()) whole.candidate = std::move(package.candidate);
    std::ranges::move(package.listening, std::back_inserter(whole.listening));
    std::ranges::move(package.stale, std::back_inserter(whole.stale));
  }
  packages = std::move(joined);
}

void append_names(std::string& line, std::string_view key, const std::vector<std::string>& names) {
  if (names.empty()) return;
  line.append(" ").append(key);
  for (const std::string& name : names) line.append(&name == &names[0] ? "" : ",").append(name);
}

std::string line_of(const InstalledPackage& package) {
  std::string line = package.name + " " + package.version;
  if (!package.candidate.empty()) line.append(" ").append(kCandidate).append(package.candidate);
  append_names(line, kListening, package.listening);
  append_names(line, kStale, package.stale);
  line += "\n";
  return line;
}

std::unexpected<Error> malformed(std::size_t line, std::string_view what) {
  return fail(Fault::Malformed, "package list:" + std::to_string(line) + ": " + std::string(what));
}

/// The value behind `key` if it is the next word.
std::optional<std::string_view> take_value(std::string_view& line, std::string_view key) {
  if (!line.starts_with(key)) return std::nullopt;
  return take_word(line).substr(key.size());
}

bool read_names(std::string_view& line, std::string_view key, std::vector<std::string>& names) {
  auto value = take_value(line, key);
  if (!value) return true;
  while (names.size() < kProcessNamesMax) {
    const std::string_view name = value->substr(0, value->find(','));
    if (!is_process(name) || (!names.empty() && names.back() >= name)) return false;
    names.emplace_back(name);
    if (name.size() == value->size()) return true;
    value->remove_prefix(name.size() + 1);
  }
  return false;
}

bool read_package(std::string_view line, InstalledPackage& package) {
  // One blank at the end would leave nothing behind it, as none does.
  if (line.ends_with(' ')) return false;
  package.name = take_word(line);
  package.version = take_word(line);
  if (!is_package_name(package.name) || !is_package_version(package.version)) return false;
  if (const auto candidate = take_value(line, kCandidate)) {
    package.candidate = *candidate;
    if (!is_package_version(package.candidate) || package.candidate == package.version)
      return false;
  }
  return read_names(line, kListening, package.listening) &&
         read_names(line, kStale, package.stale) && line.empty();
}

Status read_head(std::string_view line, PackageList& list) {
  if (!line.starts_with(kStart)) return malformed(1, "not a list that is known here");
  line.remove_prefix(kStart.size());
  list.release = take_word(line);
  if (!is_package_release(list.release)) return malformed(1, "no release");
  if (line != kAll && line != kSome && line != kPart) {
    return malformed(1, "it does not say what was seen");
  }
  list.sees_processes = line == kAll;
  list.is_whole = line != kPart;
  return {};
}

std::string head_of(const PackageList& list) {
  const std::string_view seen = !list.is_whole ? kPart : list.sees_processes ? kAll : kSome;
  std::string line(kStart);
  line.append(is_package_release(list.release) ? list.release : "unknown:");
  line.append(" ").append(seen).append("\n");
  return line;
}

/// Without what is no name or version; returns of how many packages.
std::size_t make_lawful(std::vector<InstalledPackage>& packages) {
  const std::size_t left_out = std::erase_if(packages, [](const InstalledPackage& package) {
    return !is_package_name(package.name) || !is_package_version(package.version);
  });
  for (InstalledPackage& package : packages) {
    // Without it the package is still in the list.
    if (package.candidate == package.version || !is_package_version(package.candidate)) {
      package.candidate.clear();
    }
  }
  return left_out;
}

/// How many of the first lines have room beside the head.
std::size_t count_fitting(std::size_t head_bytes, const std::vector<std::string>& lines) {
  std::size_t bytes = head_bytes;
  std::size_t count = 0;
  while (count < lines.size() && count < kInstalledMax) {
    bytes += lines[count].size();
    if (bytes > kPackageListBytesMax) break;
    ++count;
  }
  return count;
}

}  // namespace

std::string package_list_text(PackageList list, std::size_t* omitted) {
  std::size_t left_out = make_lawful(list.packages);
  std::ranges::stable_sort(list.packages, {}, key_of);
  join_equals(list.packages);
  std::vector<std::string> lines;
  lines.reserve(list.packages.size());
  for (InstalledPackage& package : list.packages) {
    make_harmless(package.listening);
    make_harmless(package.stale);
    lines.push_back(line_of(package));
  }
  if (left_out > 0) list.is_whole = false;
  std::string text = head_of(list);
  std::size_t count = count_fitting(text.size(), lines);
  if (count < lines.size() && list.is_whole) {
    // The word for a part may be the longer one.
    list.is_whole = false;
    text = head_of(list);
    count = count_fitting(text.size(), lines);
  }
  left_out += lines.size() - count;
  lines.resize(count);
  for (const std::string& line : lines) text += line;
  if (omitted != nullptr) *omitted = left_out;
  return text;
}

Result<PackageList> read_package_list(std::string_view text) {
  if (text.size() > kPackageListBytesMax) return malformed(1, "too long");
  if (!text.ends_with('\n')) return malformed(1, "its end is missing");
  PackageList list;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (number == 1) {
      TRY_STATUS(read_head(line, list));
      continue;
    }
    if (list.packages.size() == kInstalledMax) return malformed(number, "too many packages");
    InstalledPackage package;
    if (!read_package(line, package)) return malformed(number, "not a package");
    if (!list.packages.empty() && key_of(list.packages.back()) >= key_of(package)) {
      return malformed(number, "out of order");
    }
    list.packages.push_back(std::move(package));
  }
  return list;
}

}  // namespace mainstay
