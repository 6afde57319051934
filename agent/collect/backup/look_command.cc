#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/backup/look.h"
#include "agent/collect/backup/size_memory.h"
#include "agent/collect/backup/text/command_text.h"
#include "agent/collect/backup/tool_call.h"
#include "common/core/errno_text.h"

namespace mainstay::agent::backup {
namespace {

/// Who may change the program runs as us.
Status check_program(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    return fail(Fault::Unavailable, as_trouble(errno_text(path, errno)));
  }
  if (!S_ISREG(info.st_mode) || (info.st_mode & 0022U) != 0 ||
      (info.st_uid != 0 && info.st_uid != ::geteuid())) {
    return fail(Fault::Denied, path + ": others than root may write it");
  }
  return {};
}

}  // namespace

Observed look_at_command(const BackupSet& set, const LookOrder& order, LookTime& time) {
  if (const Status status = check_program(set.newest.front()); !status.has_value()) {
    return in_trouble(status.error().detail);
  }
  const auto answer = call_tool({.tool = set.newest.front(),
                                 .words = {set.newest.begin() + 1, set.newest.end()},
                                 .output_bytes_max = kCommandAnswerBytesMax,
                                 .time = time.left()});
  if (!answer.has_value()) return in_trouble(answer.error().detail);
  if (answer->exit != 0) return in_trouble(trouble_of(*answer, ""));
  const auto newest = read_command_newest(answer->output);
  if (!newest.has_value()) return in_trouble(newest.error().detail);
  Observed seen;
  seen.newest = newest->at;
  seen.bytes = newest->bytes;
  // It tells of one backup only; the one before is the one it told of before.
  if (newest->bytes)
    seen.bytes_before = size_before(order.state, set.name,
                                    {std::to_string(to_ms(newest->at) / 1000), *newest->bytes});
  return seen;
}

}  // namespace mainstay::agent::backup
