#include "agent/collect/resource/disks/look.h"

#include "agent/collect/history/reader.h"
#include "agent/collect/history/recorder.h"
#include "agent/collect/resource/disks/disk_findings.h"
#include "agent/collect/resource/disks/machine_findings.h"
#include "agent/collect/resource/disks/mount_table.h"
#include "agent/collect/resource/disks/service_findings.h"
#include "agent/collect/resource/disks/space.h"

namespace mainstay::agent {
namespace {

std::string_view subject_of(HistoryKind kind) {
  switch (kind) {
    case HistoryKind::Host:
      break;
    case HistoryKind::Services:
      return "history of services";
    case HistoryKind::Inodes:
      return "history of inodes";
  }
  return "history";
}

Finding finding_of_history(HistoryKind kind, const SourceReport& report, std::string text) {
  return {.topic = Topic::Source,
          .judgement = Judgement::NotProved,
          .subject = std::string(subject_of(kind)),
          .text = std::move(text),
          .at = report.at,
          .readings = {}};
}

History history_of(const HistoryLayout& layout, const std::string& path, SourceReport& report) {
  if (path.empty()) return {};
  auto history = read_history(layout, path, report.at);
  if (!history.has_value()) {
    report.findings.push_back(finding_of_history(layout.kind, report, history.error().detail));
    return {};
  }
  if (history->damaged > 0) {
    report.findings.push_back(finding_of_history(
        layout.kind, report, std::to_string(history->damaged) + " damaged blocks were left out"));
  }
  return std::move(*history);
}

void look_at_disks(const DiskHistories& histories, const std::string& locks, SourceReport& report) {
  const auto mounts = read_mounts("/proc/self/mountinfo", "/etc/fstab");
  if (!mounts.has_value()) {
    report.findings.push_back({.topic = Topic::Disk,
                               .judgement = Judgement::NotProved,
                               .subject = "disks",
                               .text = mounts.error().detail,
                               .at = report.at,
                               .readings = {}});
    return;
  }
  std::vector<std::string> paths;
  for (const Mount& mount : *mounts) paths.push_back(mount.path);
  add_disks(*mounts, ask_space(paths, kAnswerMax, locks), histories, report);
}

void look_at_services(const History& history, std::uint64_t memory_bytes, SourceReport& report) {
  const std::uint32_t minute = minute_of(report.at);
  add_services(history.minutes.empty() ? services_now() : service_figures(history, minute),
               memory_bytes, report);
}

}  // namespace

Status look_at_resources(const std::vector<std::string>& words, WallTime now,
                         SourceReport& report) {
  std::string path;
  if (words.size() == 2 && words[0] == "--history") {
    path = words[1];
  } else if (!words.empty()) {
    const std::string& wrong = words[words[0] == "--history" && words.size() > 2 ? 2 : 0];
    return fail(Fault::Malformed,
                wrong == "--history" ? "--history: expected a path" : "no such option: " + wrong);
  }
  report.source = Source::Resource;
  report.at = now;
  const auto beside = [&](std::string_view suffix) {
    return path.empty() ? path : path + std::string(suffix);
  };
  {
    const History space = history_of(kHostHistory, path, report);
    const History inodes = history_of(kInodeHistory, beside(kInodeHistorySuffix), report);
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    look_at_disks({.space = space, .inodes = inodes}, folder, report);
  }
  const Machine machine = read_machine();
  add_machine(machine, report);
  look_at_services(history_of(kServiceHistory, beside(kServiceHistorySuffix), report),
                   machine.memory ? machine.memory->total_bytes : 0, report);
  return {};
}

}  // namespace mainstay::agent
