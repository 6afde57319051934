#include "agent/collect/usage/growers.h"

#include <algorithm>

#include "agent/collect/resource/words.h"
#include "common/core/escape.h"
#include "common/core/span_text.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

constexpr std::string_view kKind = "mainstay-folder-sizes-1";  // stored
constexpr std::size_t kStateBytesMax = kFolderSizesMax * (kFolderNameBytesMax + 32);

/// The first levels of a path that leads to a file: the folder that it counts for.
std::string_view folder_of(std::string_view path) {
  std::size_t end = 0;
  for (unsigned depth = 0; depth < kGrowerDepth; ++depth) {
    const std::size_t slash = path.find('/', end == 0 ? 0 : end + 1);
    if (slash == std::string_view::npos) break;
    end = slash;
  }
  return path.substr(0, end);
}

std::string name_of_folder(const std::string& mount, std::string_view folder) {
  std::string name = mount;
  if (!folder.empty() && !name.ends_with('/')) name += '/';
  name += folder;
  return escape_for_terminal(name);
}

/// Half of all files of a host, and they grow when packages are installed, never by themselves.
bool is_of_packages(std::string_view mount, std::string_view path) {
  constexpr std::string_view kUsr = "usr/";
  return mount == "/" && path.starts_with(kUsr) && path != "usr/local" &&
         path.find('/', kUsr.size()) == std::string_view::npos;
}

bool leads_to(std::string_view folder, std::string_view path) {
  if (!path.starts_with(folder)) return false;
  return folder.ends_with('/') || path.size() == folder.size() || path[folder.size()] == '/';
}

/// The largest, so that the file stays within its bounds.
void shrink(FolderSizes& sizes) {
  std::erase_if(sizes.bytes, [](const auto& folder) { return folder.second < kFolderBytesMin; });
  while (sizes.bytes.size() > kFolderSizesMax) {
    sizes.bytes.erase(std::ranges::min_element(sizes.bytes, {},
                                               [](const auto& folder) { return folder.second; }));
    sizes.is_complete = false;
  }
}

}  // namespace

std::string write_folder_sizes(const FolderSizes& sizes) {
  std::string text(kKind);
  text +=
      ' ' + std::to_string(to_ms(sizes.at)) + (sizes.is_complete ? " complete\n" : " partial\n");
  for (const auto& [folder, bytes] : sizes.bytes) {
    text += std::to_string(bytes) + ' ' + folder + '\n';
  }
  return text;
}

Result<FolderSizes> read_folder_sizes(std::string_view text) {
  const auto malformed = [] {
    return fail(Fault::Malformed, "folder sizes: not as they were written");
  };
  FolderSizes sizes;
  auto head = take_line(text);
  if (!head || take_word(*head) != kKind) return malformed();
  const auto at = number_of(take_word(*head));
  const std::string_view completeness = take_word(*head);
  if (!at || *at > INT64_MAX || (completeness != "complete" && completeness != "partial"))
    return malformed();
  sizes.at = wall_from_ms(static_cast<std::int64_t>(*at));
  sizes.is_complete = completeness == "complete";
  while (auto line = take_line(text)) {
    const auto bytes = number_of(take_word(*line));
    const bool is_folder = line->starts_with(" /") && line->size() <= kFolderNameBytesMax;
    if (!bytes || *bytes > INT64_MAX || !is_folder || sizes.bytes.size() == kFolderSizesMax)
      return malformed();
    sizes.bytes.emplace(line->substr(1), *bytes);
  }
  if (!text.empty()) return malformed();
  return sizes;
}

FolderSizes measure_folders(const std::vector<std::string>& mounts, WallTime now,
                            WalkLimits& limits) {
  FolderSizes sizes;
  sizes.at = now;
  for (const std::string& mount : mounts) {
    std::string folder;
    std::string last;
    const WalkEnd end = walk(mount, limits, [&](const WalkEntry& entry) {
      if (!entry.is_file()) return is_of_packages(mount, entry.path) ? Step::Skip : Step::Enter;
      // Files of one folder come one after the other: the name is made once for all of them.
      const std::string_view its = folder_of(entry.path);
      if (last.empty() || its != folder) {
        folder = its;
        last = name_of_folder(mount, its);
      }
      if (last.size() < kFolderNameBytesMax) sizes.bytes[last] += entry.bytes();
      return Step::Enter;
    });
    if (!end.was_cut) continue;
    // The folders that lead to where it was cut are counted in part, and would grow at the next
    // look without having grown.
    sizes.is_complete = false;
    std::erase_if(sizes.bytes, [&](const auto& one) { return leads_to(one.first, last); });
  }
  shrink(sizes);
  return sizes;
}

void add_growth(const FolderSizes& before, const FolderSizes& after, SourceReport& report) {
  struct Grower {
    std::string_view folder;
    std::uint64_t bytes;
    std::uint64_t before;
  };
  std::vector<Grower> growers;
  for (const auto& [folder, bytes] : after.bytes) {
    const auto known = before.bytes.find(folder);
    if (known == before.bytes.end() && !before.is_complete) continue;
    const std::uint64_t was = known == before.bytes.end() ? 0 : known->second;
    if (bytes >= was && bytes - was >= kGrowthBytesMin) growers.push_back({folder, bytes, was});
  }
  std::ranges::sort(growers, [](const Grower& a, const Grower& b) {
    return a.bytes - a.before != b.bytes - b.before ? a.bytes - a.before > b.bytes - b.before
                                                    : a.folder < b.folder;
  });
  const Duration span = after.at - before.at;
  for (std::size_t i = 0; i < std::min(growers.size(), kGrowersNamed); ++i) {
    const Grower& grower = growers[i];
    report.findings.push_back(
        {.topic = Topic::Usage,
         .judgement = Judgement::Proved,
         .subject = std::string(grower.folder),
         .text = "grew by " + size_text(grower.bytes - grower.before) + " in " + span_text(span) +
                 " to " + size_text(grower.bytes),
         .at = report.at,
         .readings = {{Measure::SizeBytes, static_cast<std::int64_t>(grower.bytes)},
                      {Measure::SizeBeforeBytes, static_cast<std::int64_t>(grower.before)},
                      {Measure::SpanSeconds,
                       std::chrono::duration_cast<std::chrono::seconds>(span).count()}}});
  }
}

void add_growers(const std::string& file, const std::vector<std::string>& mounts,
                 WalkLimits& limits, SourceReport& report) {
  const FolderSizes after = measure_folders(mounts, report.at, limits);
  const auto text = loop::read_file(file, kStateBytesMax);
  const auto before = text.has_value() ? read_folder_sizes(as_text(*text))
                                       : Result<FolderSizes>(fail(Fault::Unavailable, ""));
  const bool counts = before.has_value() && before->at <= after.at;
  if (counts) add_growth(*before, after, report);
  if (!after.is_complete) {
    report.findings.push_back({.topic = Topic::Usage,
                               .judgement = Judgement::NotProved,
                               .subject = "largest growers",
                               .text = "too many files to look at them all",
                               .at = report.at,
                               .readings = {}});
  }
  if (counts && after.at - before->at < kBaselineAgeMin) return;
  const auto written = loop::write_file_durably(file, as_bytes(write_folder_sizes(after)), 0600);
  if (written.has_value()) return;
  report.findings.push_back({.topic = Topic::Usage,
                             .judgement = Judgement::NotProved,
                             .subject = "largest growers",
                             .text = "not remembered: " + written.error().detail,
                             .at = report.at,
                             .readings = {}});
}

}  // namespace mainstay::agent
