#include "agent/task/patch.h"

#include <algorithm>

namespace mainstay::task {

namespace {

constexpr Duration kPreflightWaitMax = std::chrono::seconds(60);

Argv helper(const PatchTools& tools, std::string verb) {
  Argv argv = {tools.helper, std::move(verb)};
  if (!tools.root.empty()) argv.insert(argv.end(), {"--root", tools.root});
  return argv;
}

Argv with(Argv argv, std::initializer_list<std::string> words) {
  argv.insert(argv.end(), words);
  return argv;
}

std::string seconds(Duration span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count());
}

}  // namespace

Argv refresh_argv(const PatchTools& tools) {
  return with(helper(tools, "apply"), {"--refresh", "--lock-wait", seconds(tools.lock_wait)});
}
Argv preflight_argv(const PatchTools& tools) {
  // A permit lives for two minutes: a longer wait would end in another dispatch, not in a start.
  const Duration wait = std::min(tools.lock_wait, kPreflightWaitMax);
  return with(helper(tools, "preflight"), {"--lock-wait", seconds(wait), "--set", "-"});
}
Argv simulate_argv(const PatchTools& tools) {
  return with(helper(tools, "simulate"), {"--set", "-"});
}
Argv verify_argv(const PatchTools& tools) {
  return with(helper(tools, "verify"), {"--set", "-"});
}
Argv apply_argv(const PatchTools& tools, const std::string& set_file) {
  return with(helper(tools, "apply"), {"--lock-wait", seconds(tools.lock_wait), "--set", set_file});
}

std::string set_text(const std::vector<PackageVersion>& packages) {
  std::string text;
  for (const auto& package : packages) text += package.name + "=" + package.version + "\n";
  return text;
}

}  // namespace mainstay::task
