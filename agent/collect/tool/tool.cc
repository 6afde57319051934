#include "agent/collect/tool/tool.h"

#include <array>

#include <unistd.h>

#include "common/core/bytes.h"
#include "common/loop/environment.h"
#include "common/loop/process.h"

namespace mainstay::agent {

Result<ToolAnswer> run_tool(const ToolOrder& order) {
  loop::Loop loop;
  std::optional<loop::ProcessResult> result;
  std::vector<std::string> environment = loop::system_environment();
  environment.insert(environment.end(), order.environment.begin(), order.environment.end());
  TRY(const auto process, loop::Process::start(loop,
                                               {.argv = order.argv,
                                                .environment = std::move(environment),
                                                .folder = order.folder,
                                                .output_bytes_max = order.output_bytes_max,
                                                .time_max = order.time_max},
                                               [&](loop::ProcessResult ended) {
                                                 result = std::move(ended);
                                                 loop.stop();
                                               }));
  loop.run();
  const bool ended = result && (result->end == loop::ProcessResult::End::Exited ||
                                result->end == loop::ProcessResult::End::Signalled);
  if (!ended) {
    if (order.group_killed != nullptr) *order.group_killed = process->pid();
    return fail(
        Fault::Unavailable,
        order.argv[0] + ": no end within " +
            std::to_string(std::chrono::ceil<std::chrono::seconds>(order.time_max).count()) + " s");
  }
  const bool signalled = result->end == loop::ProcessResult::End::Signalled;
  return ToolAnswer{.exit = signalled ? 128 + result->code : result->code,
                    .output = std::string(as_text(result->output)),
                    .error_output = std::string(as_text(result->error_output)),
                    .was_cut = result->output_cut};
}

std::optional<std::string> find_tool(const std::string& name) {
  static constexpr std::array<const char*, 6> kFolders = {
      "/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/local/bin/", "/usr/local/sbin/"};
  for (const char* folder : kFolders) {
    std::string path = folder + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

}  // namespace mainstay::agent
