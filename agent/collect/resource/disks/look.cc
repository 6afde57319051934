#include "agent/collect/resource/disks/look.h"

#include "agent/collect/history/reader.h"
#include "agent/collect/resource/disks/disk_findings.h"
#include "agent/collect/resource/disks/machine_findings.h"
#include "agent/collect/resource/disks/mount_table.h"
#include "agent/collect/resource/disks/space.h"

namespace mainstay::agent {
namespace {

// A server on the other side of the world answers in a third of a second.
constexpr Duration kAnswerMax = std::chrono::seconds(3);

Finding finding_of_history(const SourceReport& report, std::string text) {
  return {.topic = Topic::Source,
          .judgement = Judgement::NotProved,
          .subject = "history",
          .text = std::move(text),
          .at = report.at,
          .readings = {}};
}

History history_of(const std::string& path, SourceReport& report) {
  if (path.empty()) return {};
  auto history = read_history(path, report.at);
  if (!history.has_value()) {
    report.findings.push_back(finding_of_history(report, history.error().detail));
    return {};
  }
  if (history->damaged > 0) {
    report.findings.push_back(finding_of_history(
        report, std::to_string(history->damaged) + " damaged blocks were left out"));
  }
  return std::move(*history);
}

void look_at_disks(const History& history, SourceReport& report) {
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
  add_disks(*mounts, ask_space(paths, kAnswerMax), history, report);
}

}  // namespace

bool look_at_resources(const std::vector<std::string>& words, WallTime now, SourceReport& report) {
  std::string path;
  if (words.size() == 2 && words[0] == "--history") {
    path = words[1];
  } else if (!words.empty()) {
    return false;
  }
  report.source = Source::Resource;
  report.at = now;
  look_at_disks(history_of(path, report), report);
  add_machine(read_machine(), report);
  return true;
}

}  // namespace mainstay::agent
