// The executor's configuration: `key: value` lines in a root-owned file, read strictly. Keys are in
// README.md.
#pragma once

#include <set>
#include <string>

#include <sys/types.h>

#include "agent/executor/core/limits.h"
#include "common/core/result.h"
#include "common/plan/finding.h"
#include "common/ports/log.h"

namespace mainstay::executor {

struct ExecutorConfig {
  std::string state_directory;
  std::string socket;
  uid_t agent_uid = 0;  // nobody else is listened to
  std::string trust_file;
  std::string patch_root;  // empty: the machine itself
  std::string apt_helper = "/usr/libexec/mainstay/mainstay-apt";
  std::string task_helper = "/usr/libexec/mainstay/mainstay-task";
  std::string restart_helper = "/usr/libexec/mainstay/mainstay-restart";
  std::string collect_helper = "/usr/libexec/mainstay/mainstay-collect";
  // Sources that root may look at for the agent. Reading only, but with root's eyes.
  std::set<Source> probes = {Source::Patch, Source::Backup, Source::Certificate, Source::Usage};
  std::string task_slice;  // of the units that tasks run in; empty: they are children
  Duration lock_wait = std::chrono::seconds(60);
  Duration idle_exit = std::chrono::seconds(60);  // zero: never
  Level log_level = Level::Info;
  ExecutorLimits limits;
};

Result<ExecutorConfig> parse_executor_config(std::string_view text, const std::string& name);
/// Denied if others can write the file or folder, on which what root does depends.
Status expect_own(const std::string& path);
/// Denied if the file, which says what root may be made to do, or what it names (trust file,
/// package root, programs) can be written by others.
Result<ExecutorConfig> read_executor_config(const std::string& path);

}  // namespace mainstay::executor
