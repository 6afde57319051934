#include "agent/collect/usage/places.h"

#include <algorithm>
#include <array>

#include "agent/collect/resource/words.h"
#include "common/core/bytes.h"
#include "common/core/span_text.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

enum class Which : unsigned char { All, Packages, Rotated, Old };
enum class May : unsigned char { Go, Stay };

struct Place {
  const char* subject;
  const char* folder;
  const char* reason;
  Which which = Which::All;
  // What counts as free to take: the rest is for people to decide, logs are often kept by law.
  May may = May::Go;
  int age_days_min = 0;
};

// The ages are those of systemd's own tmpfiles.d/tmp.conf.
constexpr auto kPlaces = std::to_array<Place>({
    {"package cache", "/var/cache/apt/archives", "downloaded packages; apt-get clean",
     Which::Packages},
    {"package cache of dnf", "/var/cache/dnf", "downloaded packages; dnf clean packages",
     Which::Packages},
    {"package cache of zypper", "/var/cache/zypp/packages", "downloaded packages; zypper clean",
     Which::Packages},
    {"core dumps", "/var/lib/systemd/coredump", "memory of programs that crashed"},
    {"crash reports", "/var/crash", "memory of programs that crashed"},
    {"old temporary files", "/tmp", "untouched for 10 days", Which::Old, May::Go, 10},
    {"old temporary files kept over boots", "/var/tmp", "untouched for 30 days", Which::Old,
     May::Go, 30},
    {"journals", "/var/log/journal", "journalctl --vacuum-size", Which::All, May::Stay},
    {"rotated logs", "/var/log", "logs that are written no more", Which::Rotated, May::Stay},
});

bool is_rotated(std::string_view name) {
  for (const std::string_view end : {".gz", ".xz", ".zst", ".bz2", ".old"}) {
    if (name.ends_with(end)) return true;
  }
  const std::size_t point = name.rfind('.');
  if (point == std::string_view::npos || point + 1 == name.size()) return false;
  return name.size() - point <= 4 &&
         std::ranges::all_of(name.substr(point + 1), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_old(const struct stat& status, WallTime now, int age_days_min) {
  const std::int64_t touched =
      std::max({status.st_atim.tv_sec, status.st_mtim.tv_sec, status.st_ctim.tv_sec});
  return to_ms(now) / 1000 - touched >= std::int64_t{age_days_min} * 86'400;
}

bool counts(const Place& place, const WalkEntry& entry, WallTime now) {
  if (!entry.is_file()) return false;
  switch (place.which) {
    case Which::All:
      return true;
    case Which::Packages:
      return entry.name.ends_with(".deb") || entry.name.ends_with(".rpm");
    case Which::Rotated:
      return is_rotated(entry.name);
    case Which::Old:
      return is_old(entry.status, now, place.age_days_min);
  }
  return false;
}

/// Folders that belong to another place, or in which services keep what is theirs while they run.
bool is_left_out(const Place& place, const WalkEntry& entry) {
  if (place.which == Which::Rotated) return entry.path == "journal";
  if (place.which == Which::Packages) return entry.name == "partial" || entry.name == "lost+found";
  return place.which == Which::Old && entry.name.starts_with("systemd-private-");
}

struct Sum {
  std::uint64_t bytes = 0;
  std::int64_t count = 0;
  WalkEnd end;
};

void add_finding(const Sum& sum, const std::string& subject, const std::string& reason,
                 SourceReport& report) {
  Finding finding{.topic = Topic::Usage,
                  .judgement = Judgement::Proved,
                  .subject = subject,
                  .text = size_text(sum.bytes) + " in " + count_text(sum.count) +
                          (sum.count == 1 ? " file: " : " files: ") + reason,
                  .at = report.at,
                  .readings = {{Measure::SizeBytes, static_cast<std::int64_t>(sum.bytes)},
                               {Measure::Count, sum.count}}};
  if (sum.end.is_far) {
    finding.judgement = Judgement::NotProved;
    finding.text = "it is on no disk of this host: not looked at";
    finding.readings.clear();
  } else if (sum.end.denied > 0) {
    finding.judgement = Judgement::NotProved;
    finding.text = "needs root: " + count_text(static_cast<std::int64_t>(sum.end.denied)) +
                   " folders not read; " + finding.text;
  } else if (sum.end.was_cut) {
    finding.judgement = Judgement::NotProved;
    finding.text = "too many files to look at them all; " + finding.text;
  }
  report.findings.push_back(std::move(finding));
}

bool is_worth_it(const Sum& sum) {
  return sum.end.is_far ||
         (sum.end.was_there && (sum.count > 0 || sum.end.denied > 0 || sum.end.was_cut));
}

/// A service with PrivateTmp has another folder in the place of the host's.
bool is_private(std::string_view folder, std::string_view mountinfo) {
  while (auto line = take_line(mountinfo)) {
    for (int i = 0; i < 3; ++i) take_word(*line);
    const std::string_view root = take_word(*line);
    if (take_word(*line) == folder && root.find("/systemd-private-") != root.npos) return true;
  }
  return false;
}

}  // namespace

std::uint64_t add_places(const std::string& root, WalkLimits& limits, SourceReport& report) {
  std::uint64_t free_to_take = 0;
  const auto mountinfo = loop::read_file(root + "/proc/self/mountinfo", 1024UL * 1024);
  for (const Place& place : kPlaces) {
    if (mountinfo.has_value() && is_private(place.folder, as_text(*mountinfo))) {
      report.findings.push_back(
          {.topic = Topic::Usage,
           .judgement = Judgement::NotProved,
           .subject = place.subject,
           .text = "needs root: this service has a private " + std::string(place.folder),
           .at = report.at,
           .readings = {}});
      continue;
    }
    Sum sum;
    sum.end = walk(root + place.folder, limits, [&](const WalkEntry& entry) {
      if (is_left_out(place, entry)) return Step::Skip;
      if (!counts(place, entry, report.at)) return Step::Enter;
      sum.bytes += entry.bytes();
      ++sum.count;
      return Step::Enter;
    });
    // A service's own folder in /tmp is nobody else's, and what is in it is not missed here.
    if (place.which == Which::Old) sum.end.denied = 0;
    if (is_worth_it(sum)) add_finding(sum, place.subject, place.reason, report);
    if (place.may == May::Go) free_to_take += sum.bytes;
  }
  return free_to_take;
}

void add_folder(const std::string& folder, const std::string& subject, const std::string& reason,
                WalkLimits& limits, SourceReport& report) {
  Sum sum;
  sum.end = walk(folder, limits, [&](const WalkEntry& entry) {
    if (entry.is_file()) {
      sum.bytes += entry.bytes();
      ++sum.count;
    }
    return Step::Enter;
  });
  if (is_worth_it(sum)) add_finding(sum, subject, reason, report);
}

}  // namespace mainstay::agent
