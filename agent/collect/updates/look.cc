#include "agent/collect/updates/look.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "agent/collect/dnf/look.h"
#include "agent/collect/packages/list.h"
#include "agent/collect/reboot/file_owners.h"
#include "agent/collect/reboot/look.h"
#include "agent/collect/tool/scratch.h"
#include "agent/collect/tool/tool.h"
#include "agent/collect/updaters/judge.h"
#include "agent/collect/updates/apt_findings.h"
#include "agent/collect/updates/sightings.h"
#include "agent/collect/updates/support.h"
#include "agent/collect/zypper/zypper_findings.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

constexpr const char* kHelper = "/usr/libexec/mainstay/mainstay-apt";
// Three times what a full machine with a cold cache and a slow disk took.
constexpr Duration kHelperTimeMax = std::chrono::seconds(60);
constexpr std::size_t kTableBytesMax = 64UL * 1024;
// Of a report's 128: a neglected host must not crowd out what is said of reboots and updaters.
constexpr std::size_t kPackagesFindingsMax = 80;

struct Order {
  std::string root;
  std::string helper = kHelper;
  std::string state;
};

Result<Order> read_order(const std::vector<std::string>& words) {
  Order order;
  for (std::size_t at = 0; at < words.size(); at += 2) {
    const std::string value = at + 1 < words.size() ? words[at + 1] : "";
    if (words[at] == "--root") {
      order.root = value == "/" ? "" : value;
    } else if (words[at] == "--apt-helper") {
      order.helper = value;
    } else if (words[at] == "--state") {
      order.state = value;
    } else {
      return fail(Fault::Malformed, "no such option: " + words[at]);
    }
    if (!value.starts_with('/')) {
      return fail(Fault::Malformed, words[at] + ": expected a path that begins with /");
    }
  }
  return order;
}

void look_at_support(const Release& release, SourceReport& report) {
  Support support = support_known(release.os_id, release.version);
  // The distribution's own table, which is updated when a date moves. The name of the file is ours:
  // what a root calls itself becomes no path.
  for (const char* os : {"debian", "ubuntu"}) {
    if (release.os_id != os) continue;
    const auto bytes =
        loop::read_file("/usr/share/distro-info/" + std::string(os) + ".csv", kTableBytesMax);
    if (!bytes.has_value()) break;
    const auto found = support_in_table(as_text(*bytes), release.version);
    if (found.has_value() && !found->empty()) support = *found;
  }
  const std::string name =
      release.version.empty() ? release.os_id : release.os_id + " " + release.version;
  report.findings.push_back(judge_support("release " + name, support, report.at));
}

/// The first ones, which are the oldest; the rest is counted.
void take(std::vector<Finding> findings, SourceReport& report) {
  if (findings.size() > kPackagesFindingsMax) {
    report.omitted += static_cast<std::uint32_t>(findings.size() - kPackagesFindingsMax);
    findings.resize(kPackagesFindingsMax);
  }
  std::ranges::move(findings, std::back_inserter(report.findings));
}

Result<AptListing> ask_helper(const Order& order, const std::string& scratch) {
  ToolOrder tool{.argv = {order.helper, "list", "--sources"},
                 .output_bytes_max = kAptSourcesOutputBytesMax,
                 .time_max = kHelperTimeMax};
  if (!order.root.empty()) tool.argv.insert(tool.argv.end(), {"--root", order.root});
  // libapt-pkg takes each signed list apart in a temporary file.
  if (!scratch.empty()) tool.environment = {"TMPDIR=" + scratch};
  TRY(const ToolAnswer answer, run_tool(tool));
  if (answer.was_cut) return fail(Fault::Malformed, "package helper: too much output");
  return read_apt_listing(answer.output);
}

/// What the package managers said, for the list of packages.
struct Installed {
  std::optional<AptListing> apt;
  std::optional<RpmHost> rpm;
  std::string release;  // beside rpm
};

void look_at_apt(const Order& order, const std::string& scratch, Sightings& seen,
                 Installed& installed, SourceReport& report) {
  std::error_code error;
  // A host without dpkg has no state of apt, which is no fault.
  if (!std::filesystem::exists(order.root + "/var/lib/dpkg/status", error)) return;
  auto listing = ask_helper(order, scratch);
  if (!listing.has_value()) {
    not_proved(report, "apt", listing.error().detail);
    return;
  }
  take(judge_apt(*listing, report.at, seen.table()), report);
  look_at_support({.os_id = listing->os_id, .version = listing->os_version}, report);
  installed.apt = std::move(*listing);
}

/// zypper says what is newer, rpm what is there.
std::optional<RpmHost> rpm_host_of(const ZypperState& state, const std::string& root,
                                   SourceReport& report) {
  auto packages = ask_rpm(root);
  if (!packages.has_value()) {
    not_proved(report, "list of packages", packages.error().detail);
    return std::nullopt;
  }
  return RpmHost{.installed = std::move(*packages), .upgrades = upgrades_of(state)};
}

/// SUSE's hosts are zypper's, whatever else is installed there; but one that has a zypper and all
/// its repositories for dnf is not.
bool is_of_zypper(const std::string& root) {
  const auto has_any = [&](const char* folder) {
    std::error_code error;
    return std::filesystem::directory_iterator(root + folder, error) !=
           std::filesystem::directory_iterator();
  };
  std::error_code error;
  if (!std::filesystem::exists(root + "/etc/zypp/repos.d", error)) return false;
  return has_any("/etc/zypp/repos.d") || !has_any("/etc/yum.repos.d");
}

void look_at_rpm(const Order& order, const std::string& scratch, Sightings& seen,
                 Installed& installed, SourceReport& report) {
  if (!is_of_rpm(order.root)) return;
  if (is_of_zypper(order.root)) {
    const auto state = ask_zypper(order.root, scratch);
    if (!state.has_value()) not_proved(report, "zypper", state.error().detail);
    if (state.has_value()) {
      judge_zypper(*state, seen.table(), report);
      installed.rpm = rpm_host_of(*state, order.root, report);
    }
  } else {
    auto state = ask_dnf(order.root, scratch);
    if (!state.has_value()) not_proved(report, "dnf", state.error().detail);
    if (state.has_value()) {
      judge_dnf(*state, seen.table(), report);
      installed.rpm = std::move(state->packages);
    }
  }
  const auto text = loop::read_file(order.root + "/etc/os-release", kTableBytesMax);
  if (!text.has_value()) return;
  const Release release = read_release(as_text(*text));
  look_at_support(release, report);
  installed.release = release.os_id + ":" + release.version;
}

/// Of the machine that runs, whose packages were listed.
HostUse uses_of(const RebootEvidence& evidence, const Installed& installed) {
  HostUse host{.uses = {},
               .owners = {},
               .kernel = evidence.kernel_running,
               .is_kernel_stale = !evidence.kernel_reason.empty()};
  host.uses.is_complete = false;
  if (!installed.apt && !installed.rpm) return host;
  std::vector<pid_t> old;
  for (const auto& code : evidence.old) old.push_back(code.pid);
  host.uses = look_at_processes({}, old);
  FileOwners owners = owners_here(files_of(host.uses));
  host.uses.is_complete = host.uses.is_complete && evidence.sees_all && owners.is_complete;
  host.owners = std::move(owners.packages);
  return host;
}

void list_packages(const Installed& installed, const HostUse& host, SourceReport& report) {
  PackageList list;
  if (installed.apt) list = package_list_of(*installed.apt, host);
  if (installed.rpm) list = package_list_of(*installed.rpm, installed.release, host);
  if (list.packages.empty()) return;
  std::size_t omitted = 0;
  report.packages = package_list_text(std::move(list), &omitted);
  if (omitted == 0) return;
  not_proved(report, "list of packages",
             std::to_string(omitted) + " left out, with unlawful names or versions or too many");
}

}  // namespace

std::string_view help_of_patch() {
  return R"(mainstay-collect patch - open security updates, whether a reboot is needed, who else can change this host

usage: mainstay-collect patch [--root DIR] [--apt-helper PROGRAM] [--state DIR]

--root DIR            the packages below DIR only: reboots and updaters belong to the machine that runs
--apt-helper PROGRAM  instead of /usr/libexec/mainstay/mainstay-apt
--state DIR           remembers since when each update is open; without it nothing has an age

As root it sees all processes and users' crontabs; what it cannot see is not proved. Asks apt, or dnf or
zypper from the lists they have, and needrestart where it is installed; fetches nothing.

example:
  mainstay-collect patch --state /var/lib/mainstay/patch
)";
}

Status look_at_patch(const std::vector<std::string>& words, WallTime now, SourceReport& report) {
  TRY(const Order order, read_order(words));
  report.source = Source::Patch;
  report.at = now;
  const std::string scratch = scratch_folder(order.state, "scratch");
  Installed installed;
  Sightings seen(order.state, report);
  look_at_apt(order, scratch, seen, installed, report);
  look_at_rpm(order, scratch, seen, installed, report);
  seen.save(report);
  // Processes belong to the machine.
  HostUse host;
  host.uses.is_complete = false;
  if (order.root.empty()) {
    host = uses_of(look_at_reboot(report), installed);
    look_at_updaters(report);
  }
  list_packages(installed, host, report);
  return {};
}

}  // namespace mainstay::agent
