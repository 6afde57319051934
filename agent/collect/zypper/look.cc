#include <filesystem>

#include <sys/stat.h>

#include "agent/collect/tool/tool.h"
#include "agent/collect/zypper/zypper_findings.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

constexpr Duration kZypperTimeMax = std::chrono::seconds(60);
constexpr std::size_t kRepositoriesMax = 1000;

Result<ZypperList> ask(const std::string& root, const std::string& scratch, const char* question) {
  const auto program = find_tool("zypper");
  if (!program) return fail(Fault::Unavailable, "zypper is not installed");
  ToolOrder order{.argv = {*program, "--non-interactive", "--xmlout", "--no-refresh"},
                  .output_bytes_max = kZypperBytesMax,
                  .time_max = kZypperTimeMax};
  if (!root.empty()) order.argv.insert(order.argv.end(), {"--root", root});
  if (!scratch.empty()) {
    order.environment = {"TMPDIR=" + scratch, "ZYPP_LOGFILE=" + scratch + "/zypper.log"};
  }
  order.argv.emplace_back(question);
  TRY(const ToolAnswer answer, run_tool(order));
  if (answer.was_cut) return fail(Fault::Malformed, "zypper: too much output");
  return read_zypper_updates(answer.output);
}

/// Of disabled repositories, too: in doubt it is older.
WallTime oldest_list(const std::string& root) {
  WallTime oldest{};
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root + "/var/cache/zypp/raw", error)) {
    struct stat file{};
    const fs::path index = entry.path() / "repodata/repomd.xml";
    // zypper touches it at each refresh, changed or not.
    if (++count > kRepositoriesMax || ::stat(index.c_str(), &file) != 0) return {};
    const WallTime at = wall_from_ms(std::int64_t{file.st_mtim.tv_sec} * 1000);
    if (oldest == WallTime{} || at < oldest) oldest = at;
  }
  return oldest;
}

}  // namespace

Result<ZypperState> ask_zypper(const std::string& root, const std::string& scratch) {
  ZypperState state;
  TRY(ZypperList patches, ask(root, scratch, "list-patches"));
  TRY(ZypperList packages, ask(root, scratch, "list-updates"));
  state.patches = std::move(patches.updates);
  state.packages = std::move(packages.updates);
  state.complaint = patches.complaint.empty() ? packages.complaint : patches.complaint;
  state.fetched = oldest_list(root);
  return state;
}

}  // namespace mainstay::agent
