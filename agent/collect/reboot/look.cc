#include "agent/collect/reboot/look.h"

#include <sys/utsname.h>

#include "agent/collect/reboot/judge.h"
#include "agent/collect/tool/tool.h"

namespace mainstay::agent {
namespace {

// It reads all processes' maps and scripts with an interpreter: seconds on a full machine.
constexpr Duration kNeedrestartTimeMax = std::chrono::seconds(60);

void ask_needrestart(RebootEvidence& evidence) {
  const auto program = find_tool("needrestart");
  if (!program) return;
  // Only lists: without -r the host's own configuration might let it restart what it finds.
  const auto answer = run_tool({.argv = {*program, "-b", "-r", "l"},
                                .output_bytes_max = kNeedrestartBytesMax,
                                .time_max = kNeedrestartTimeMax});
  auto word = answer.has_value() ? read_needrestart(answer->output)
                                 : Result<Needrestart>(std::unexpected(answer.error()));
  if (word.has_value()) {
    evidence.needrestart = std::move(*word);
  } else {
    evidence.needrestart_failure = word.error().detail;
  }
}

}  // namespace

RebootEvidence look_at_reboot(SourceReport& report) {
  utsname system{};
  ::uname(&system);
  RebootEvidence evidence =
      gather_evidence({.root = "", .release = static_cast<const char*>(system.release)});
  ask_needrestart(evidence);
  judge_reboot(evidence, report);
  return evidence;
}

}  // namespace mainstay::agent
