#include "agent/collect/updaters/schedule.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include <unistd.h>

#include "agent/collect/updaters/command.h"
#include "agent/collect/updaters/units.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileBytesMax = 256UL * 1024;  // cron itself takes 10,000 lines
constexpr std::size_t kFilesMax = 1000;
constexpr std::size_t kUnreadMax = 16;

class Search {
 public:
  explicit Search(const std::string& root)
      : root_(root), is_debian_(is_there("/etc/debian_version")) {}

  Schedule take() { return std::move(schedule_); }

  bool has_cron() const {
    static constexpr std::array<const char*, 7> kDaemons = {
        "/usr/sbin/cron",
        "/usr/sbin/crond",
        "/usr/sbin/anacron",
        "/usr/sbin/fcron",
        "/sbin/crond",
        "/usr/bin/crond",
        "/usr/lib/systemd/system-generators/systemd-crontab-generator"};
    return std::ranges::any_of(kDaemons, [&](const char* path) { return is_there(path); });
  }

  void look_at_table(const std::string& path) {
    if (is_there(path)) look_at(path);
  }

  void look_at_tables(const std::string& folder) {
    for (const std::string& name : names_in(folder)) {
      if (counts(name)) look_at(folder + "/" + name);
    }
  }

  void look_at_scripts(const std::string& folder) {
    for (const std::string& name : names_in(folder)) {
      const std::string path = folder + "/" + name;
      if (counts(name) && ::access((root_ + path).c_str(), X_OK) == 0) look_at(path);
    }
  }

  /// What an administrator wrote himself; those of packages are known by name, or harmless.
  void look_at_timers(const std::string& folder) {
    for (const std::string& name : names_in(folder)) {
      if (!name.ends_with(".service")) continue;
      const std::string timer = name.substr(0, name.rfind('.')) + ".timer";
      if (is_enabled(root_, timer) || is_running(root_, timer)) look_at(folder + "/" + name);
    }
  }

 private:
  bool is_there(const std::string& path) const {
    std::error_code error;
    return fs::exists(root_ + path, error);
  }

  /// Names that cron passes over are passed over here.
  bool counts(const std::string& name) const {
    const bool is_plain = std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-';
    });
    if (is_plain || name.empty()) return is_plain && !name.empty();
    // Debian's cron and run-parts take plain names only, others nearly any.
    return !is_debian_ && name[0] != '.' && !name.ends_with("~") && !name.ends_with(".rpmsave") &&
           !name.ends_with(".rpmnew") && !name.ends_with(".rpmorig") && !name.ends_with(".swp");
  }

  void not_read(const std::string& what, const std::string& why) {
    if (schedule_.unread.size() < kUnreadMax) schedule_.unread.push_back(what + " " + why);
  }

  std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root_ + folder, error)) {
      std::error_code ignored;
      if (!fs::is_regular_file(entry.path(), ignored)) continue;
      names.push_back(entry.path().filename());
      if (names.size() == kFilesMax) break;
    }
    if (error == std::errc::permission_denied) not_read(folder, "needs root");
    std::ranges::sort(names);
    return names;
  }

  void look_at(const std::string& path) {
    if (schedule_.looked_at == kFilesMax) return not_read(path, "is one file too many");
    ++schedule_.looked_at;
    const auto bytes = loop::read_file(root_ + path, kFileBytesMax);
    if (!bytes.has_value()) {
      const bool is_denied = ::access((root_ + path).c_str(), R_OK) != 0 && errno == EACCES;
      return not_read(path, is_denied ? "needs root" : "is not to be read, or too long");
    }
    if (const auto line = first_changing_line(as_text(*bytes))) {
      schedule_.changes.push_back(
          {.where = path, .line = line->number, .manager = std::string(line->manager)});
    }
  }

  const std::string& root_;
  bool is_debian_;
  Schedule schedule_;
};

}  // namespace

Schedule find_scheduled_changes(const std::string& root) {
  Search search(root);
  search.look_at_timers("/etc/systemd/system");
  // Without a daemon its tables are dead text.
  if (!search.has_cron()) return search.take();
  search.look_at_table("/etc/crontab");
  search.look_at_table("/etc/anacrontab");
  search.look_at_tables("/etc/cron.d");
  for (const char* span : {"hourly", "daily", "weekly", "monthly", "yearly"}) {
    search.look_at_scripts("/etc/cron." + std::string(span));
  }
  // Of Debian, SUSE and Red Hat: the last is the folder of the first two.
  for (const char* folder :
       {"/var/spool/cron/crontabs", "/var/spool/cron/tabs", "/var/spool/cron"}) {
    search.look_at_tables(folder);
  }
  return search.take();
}

}  // namespace mainstay::agent
