#include "agent/collect/updaters/judge.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "agent/collect/tool/tool.h"
#include "agent/collect/updaters/periodic.h"
#include "agent/collect/updaters/schedule.h"
#include "agent/collect/updaters/units.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSettingsBytesMax = 256UL * 1024;
constexpr Duration kAptConfigTimeMax = std::chrono::seconds(20);

struct Known {
  std::string_view name;
  std::string_view units;  // between blanks
  std::string_view text;
};

// Whoever is enabled or runs may change packages whenever its centre or its clock says so.
constexpr std::array<Known, 17> kKnown = {{
    {"puppet", "puppet.service puppet-agent.service pe-puppet.service", "configuration manager"},
    {"chef", "chef-client.service chef-client.timer cinc-client.service cinc-client.timer",
     "configuration manager"},
    {"salt", "salt-minion.service venv-salt-minion.service", "configuration manager"},
    {"ansible-pull", "ansible-pull.timer ansible-pull.service", "configuration manager"},
    {"cfengine", "cfengine3.service cf-execd.service", "configuration manager"},
    {"rudder", "rudder-agent.service rudder-agent.timer", "configuration manager"},
    {"landscape", "landscape-client.service", "takes orders from Landscape"},
    {"spacewalk", "rhnsd.service rhnsd.timer osad.service", "takes orders from Spacewalk"},
    {"osconfig", "google-osconfig-agent.service", "takes orders from Google's OS Config"},
    {"ssm-agent", "amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service",
     "takes orders from AWS Systems Manager"},
    {"azure-agent", "walinuxagent.service waagent.service",
     "takes orders from Azure, updates itself"},
    {"rpm-ostree", "rpm-ostreed-automatic.timer", "updates by its timer"},
    {"zincati", "zincati.service", "updates and reboots"},
    {"bootc", "bootc-fetch-apply-updates.timer", "updates and reboots by its timer"},
    {"update-engine", "update-engine.service", "updates by itself"},
    {"transactional-update", "transactional-update.timer", "updates by its timer"},
    {"os-update", "os-update.timer", "updates by its timer"},
}};

class Judge {
 public:
  Judge(const std::string& root, SourceReport& report) : root_(root), report_(report) {}

  void unattended(const std::string& apt_config) {
    if (!has("/usr/bin/unattended-upgrade")) return;
    const auto upgrades = upgrades_unattended(apt_config);
    // Where systemd does not run, Debian's job of cron calls the same script.
    const bool by_timer = active("apt-daily-upgrade.timer");
    const bool by_cron = !has("/run/systemd/system") && has("/etc/cron.daily/apt-compat") &&
                         (has("/usr/sbin/cron") || has("/usr/sbin/anacron"));
    if (!upgrades.has_value()) {
      add(Judgement::NotProved, "unattended-upgrades", "installed; " + upgrades.error().detail);
    } else if (*upgrades && (by_timer || by_cron)) {
      add(Judgement::Refuted, "unattended-upgrades",
          std::string("installs updates each day by ") +
              (by_timer ? "apt-daily-upgrade.timer" : "/etc/cron.daily/apt-compat"));
    } else {
      add(Judgement::Proved, "unattended-upgrades",
          *upgrades ? "installed, but nothing starts it" : "installed, but switched off");
    }
  }

  void dnf_and_yum() {
    if (active("dnf-automatic-install.timer")) {
      add(Judgement::Refuted, "dnf-automatic", "installs updates by dnf-automatic-install.timer");
    } else if (active("dnf-automatic.timer") || active("dnf5-automatic.timer")) {
      settings("dnf-automatic", {"/etc/dnf/automatic.conf"});
    }
    if (active("yum-cron.service")) {
      settings("yum-cron", {"/etc/yum/yum-cron.conf", "/etc/yum/yum-cron-hourly.conf"});
    }
  }

  void snapd() {
    if (!active("snapd.service") && !active("snapd.socket")) return;
    std::error_code error;
    const bool has_snaps = fs::exists(root_ + "/var/lib/snapd/snaps", error) &&
                           !fs::is_empty(root_ + "/var/lib/snapd/snaps", error);
    if (error) return add(Judgement::NotProved, "snapd", "needs root: which snaps there are");
    add(has_snaps ? Judgement::Refuted : Judgement::Proved, "snapd",
        has_snaps ? "refreshes its snaps by itself" : "runs, but has no snaps");
  }

  void packagekit() {
    std::error_code error;
    if (fs::exists(fs::symlink_status(root_ + "/system-update", error))) {
      return add(Judgement::Refuted, "offline update",
                 "is prepared, and installed at the next boot");
    }
    if (has("/usr/libexec/packagekitd") || has("/usr/lib/packagekit/packagekitd")) {
      add(Judgement::NotProved, "packagekit",
          "installs what a desktop asks it for; whether one does cannot be told");
      --unknown_;  // it is known to be there, and does nothing by itself: the count stands
    }
  }

  void known() {
    for (const Known& one : kKnown) {
      std::string_view units = one.units;
      while (!units.empty()) {
        const std::string unit(units.substr(0, units.find(' ')));
        units.remove_prefix(std::min(units.size(), unit.size() + 1));
        if (!active(unit)) continue;
        add(Judgement::Refuted, std::string(one.name), std::string(one.text) + "; " + unit);
        break;
      }
    }
  }

  void scheduled() {
    const Schedule schedule = find_scheduled_changes(root_);
    for (const ScheduledChange& change : schedule.changes) {
      add(Judgement::Refuted, change.where,
          "line " + std::to_string(change.line) + " calls " + change.manager);
    }
    for (const std::string& unread : schedule.unread) {
      const std::size_t blank = unread.find(' ');
      add(Judgement::NotProved, unread.substr(0, blank), unread.substr(blank + 1));
    }
    looked_at_ = schedule.looked_at;
  }

  void sum() {
    if (unknown_ == 0) report_.facts.push_back({.fact = Fact::UpdatersOther, .value = refuted_});
    if (refuted_ != 0 || unknown_ != 0) return;
    add(Judgement::Proved, "updaters",
        "none other found; read " + std::to_string(looked_at_) + " tables and scripts of cron");
  }

 private:
  bool has(const std::string& path) const {
    std::error_code error;
    return fs::exists(root_ + path, error);
  }
  bool active(const std::string& unit) const {
    return is_enabled(root_, unit) || is_running(root_, unit);
  }

  void settings(const std::string& name, const std::vector<std::string>& files) {
    bool applies = false;
    for (const std::string& file : files) {
      const auto bytes = loop::read_file(root_ + file, kSettingsBytesMax);
      if (!bytes.has_value() && has(file)) {
        return add(Judgement::NotProved, name, "is on; " + file + " needs root");
      }
      applies = applies || (bytes.has_value() && applies_updates(as_text(*bytes)));
    }
    add(applies ? Judgement::Refuted : Judgement::Proved, name,
        applies ? "installs updates by itself" : "is on, but only tells of updates");
  }

  void add(Judgement judgement, const std::string& subject, std::string text) {
    if (judgement == Judgement::Refuted) ++refuted_;
    if (judgement == Judgement::NotProved) ++unknown_;
    report_.findings.push_back({.topic = Topic::Updaters,
                                .judgement = judgement,
                                .subject = subject,
                                .text = std::move(text),
                                .at = report_.at,
                                .readings = {}});
  }

  const std::string& root_;
  SourceReport& report_;
  std::int64_t refuted_ = 0;
  std::int64_t unknown_ = 0;
  std::size_t looked_at_ = 0;
};

}  // namespace

void judge_updaters(const std::string& root, const std::string& apt_config, SourceReport& report) {
  Judge judge(root, report);
  judge.unattended(apt_config);
  judge.dnf_and_yum();
  judge.snapd();
  judge.packagekit();
  judge.known();
  judge.scheduled();
  judge.sum();
}

void look_at_updaters(SourceReport& report) {
  std::string apt_config;
  if (const auto program = find_tool("apt-config")) {
    const auto answer = run_tool({.argv = {*program, "dump"},
                                  .output_bytes_max = kAptConfigBytesMax,
                                  .time_max = kAptConfigTimeMax});
    if (answer.has_value() && !answer->was_cut) apt_config = answer->output;
  }
  judge_updaters("", apt_config, report);
}

}  // namespace mainstay::agent
