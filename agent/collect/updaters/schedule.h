// Crontabs, cron's script folders and the administrator's own timers that call a package manager.
#pragma once

#include <string>
#include <vector>

namespace mainstay::agent {

struct ScheduledChange {
  std::string where;  // the file, without the root
  std::size_t line = 0;
  std::string manager;
};

struct Schedule {
  std::vector<ScheduledChange> changes;
  std::vector<std::string> unread;  // files and folders that could not be looked into, and why
  std::size_t looked_at = 0;        // files
};

/// Below `root` ("" for the machine itself). Reads at most a thousand files.
Schedule find_scheduled_changes(const std::string& root);

}  // namespace mainstay::agent
