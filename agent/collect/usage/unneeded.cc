#include "agent/collect/usage/unneeded.h"

#include <algorithm>
#include <utility>

#include <sys/utsname.h>

#include "agent/collect/tool/tool.h"
#include "agent/collect/usage/packages.h"
#include "common/core/bytes.h"
#include "common/core/span_text.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

// 5,000 packages take 6 MiB.
constexpr std::size_t kStatusBytesMax = 64UL * 1024 * 1024;
constexpr Duration kAptTimeMax = std::chrono::seconds(30);
constexpr std::size_t kNamed = 3;

Finding finding_of(const std::string& subject, const SourceReport& report) {
  return {.topic = Topic::Usage,
          .judgement = Judgement::NotProved,
          .subject = subject,
          .text = "",
          .at = report.at,
          .readings = {}};
}

std::uint64_t add_packages(const std::string& subject, const std::string& reason,
                           const std::vector<InstalledPackage>& packages, SourceReport& report) {
  if (packages.empty()) return 0;
  std::uint64_t bytes = 0;
  std::string names;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    bytes += packages[i].bytes;
    if (i < kNamed) names += (i == 0 ? "" : ", ") + packages[i].name;
  }
  if (packages.size() > kNamed)
    names += " and " + std::to_string(packages.size() - kNamed) + " more";
  Finding finding = finding_of(subject, report);
  finding.judgement = Judgement::Proved;
  finding.text = size_text(bytes) + ": " + reason + ": " + names;
  finding.readings = {{Measure::SizeBytes, static_cast<std::int64_t>(bytes)},
                      {Measure::Count, static_cast<std::int64_t>(packages.size())}};
  report.findings.push_back(std::move(finding));
  return bytes;
}

Result<std::vector<std::string>> ask_for_orphans(const std::string& apt,
                                                 const std::string& temporary) {
  std::vector<std::string> environment;
  if (!temporary.empty()) environment.push_back("TMPDIR=" + temporary);
  TRY(const ToolAnswer answer, run_tool({.argv = {apt, "-s", "-qq", "autoremove"},
                                         .environment = std::move(environment),
                                         .output_bytes_max = 4UL * 1024 * 1024,
                                         .time_max = kAptTimeMax}));
  if (answer.exit != 0 || answer.was_cut) {
    const std::string& said = answer.error_output;
    return fail(Fault::Unavailable, "apt-get -s autoremove ended with " +
                                        std::to_string(answer.exit) + ": " +
                                        said.substr(0, said.find('\n')));
  }
  return read_autoremove(answer.output);
}

}  // namespace

std::uint64_t add_unneeded(const std::string& temporary, SourceReport& report) {
  const auto bytes = loop::read_file("/var/lib/dpkg/status", kStatusBytesMax);
  if (!bytes.has_value()) return 0;  // a host of another family
  const auto packages = read_dpkg_status(as_text(*bytes));
  if (!packages.has_value()) {
    Finding finding = finding_of("packages", report);
    finding.text = packages.error().detail;
    report.findings.push_back(std::move(finding));
    return 0;
  }
  utsname kernel = {};
  ::uname(&kernel);
  const auto kernels = old_kernels(*packages, kernel.release);
  std::uint64_t free_to_take =
      add_packages("old kernels", "neither running nor newest", kernels, report);
  const auto apt = find_tool("apt-get");
  if (!apt) return free_to_take;
  const auto orphans = ask_for_orphans(*apt, temporary);
  if (!orphans.has_value()) {
    Finding finding = finding_of("orphaned packages", report);
    finding.text = orphans.error().detail;
    report.findings.push_back(std::move(finding));
    return free_to_take;
  }
  std::vector<InstalledPackage> orphaned;
  for (const InstalledPackage& package : *packages) {
    const auto has_name = [&](std::string_view name) {
      return name.substr(0, name.find(':')) == package.name;
    };
    // An old kernel is mostly an orphan, too, and goes only once.
    if (std::ranges::any_of(*orphans, has_name) &&
        std::ranges::find(kernels, package) == kernels.end()) {
      orphaned.push_back(package);
    }
  }
  free_to_take +=
      add_packages("orphaned packages", "nothing asks for them any more", orphaned, report);
  return free_to_take;
}

}  // namespace mainstay::agent
