#include <algorithm>
#include <filesystem>
#include <map>

#include <sys/stat.h>

#include "agent/collect/patch/extra_time.h"
#include "agent/collect/tool/tool.h"
#include "agent/collect/zypper/zypper_findings.h"
#include "agent/collect/zypper/zypper_names.h"
#include "common/loop/clock.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

constexpr Duration kZypperTimeMax = std::chrono::seconds(60);
constexpr std::size_t kRepositoriesMax = 1000;
// Of the rest it is not told that a lock keeps their patches out.
constexpr std::size_t kLockedMax = 500;

constexpr int kNoRepositories = 6;
constexpr int kRepositoriesSkipped = 106;

/// From 100 on it is information, but for one that a signal ended (105) and failed scripts (107).
/// Source: zypper(8), "Exit Codes", version 1.14.
constexpr bool was_answered(int exit) {
  return exit == 0 || exit == kNoRepositories || exit == kRepositoriesSkipped ||
         (exit >= 100 && exit <= 104);
}

class Zypper {
 public:
  Zypper(std::string program, const std::string& root, const std::string& scratch)
      : program_(std::move(program)), root_(root), scratch_(scratch) {}

  Result<ToolAnswer> ask(const Words& question, Duration time_max = kZypperTimeMax) const {
    ToolOrder order{.argv = {program_, "--non-interactive", "--xmlout", "--no-refresh"},
                    .output_bytes_max = kZypperBytesMax,
                    .time_max = time_max};
    if (!root_.empty()) order.argv.insert(order.argv.end(), {"--root", root_});
    if (!scratch_.empty()) {
      // Its lock, too: /run may be read-only, and it is wanted even for looking.
      order.environment = {"TMPDIR=" + scratch_, "ZYPP_LOGFILE=" + scratch_ + "/zypper.log",
                           "ZYPP_LOCKFILE_ROOT=" + scratch_};
    }
    order.argv.insert(order.argv.end(), question.begin(), question.end());
    TRY(ToolAnswer answer, run_tool(order));
    if (answer.was_cut) return fail(Fault::Malformed, "zypper: too much output");
    if (was_answered(answer.exit)) return answer;
    const auto complaint = read_zypper_updates(answer.output);
    if (!complaint.has_value() && complaint.error().fault == Fault::Unavailable) {
      return std::unexpected(complaint.error());
    }
    return fail(Fault::Unavailable, "zypper: ended by " + std::to_string(answer.exit));
  }

  /// A look is whole without its answer.
  Result<ToolAnswer> ask_extra(const Words& question, Instant began) const {
    const Duration left = extra_time(began, loop::boottime_now());
    if (left <= Duration::zero()) return fail(Fault::Unavailable, "zypper: no time is left");
    return ask(question, left);
  }

  Result<ZypperList> updates(Words question, const Words& more) const {
    question.insert(question.end(), more.begin(), more.end());
    TRY(const ToolAnswer answer, ask(question));
    TRY(ZypperList list, read_zypper_updates(answer.output));
    if (answer.exit == kRepositoriesSkipped && list.complaint.empty()) {
      list.complaint = "a repository was skipped";
    }
    return list;
  }

 private:
  std::string program_;
  const std::string& root_;
  const std::string& scratch_;
};

struct Lists {
  WallTime oldest{};
  Words fetched;          // repositories
  std::string unfetched;  // one of those without lists
};

/// By the index that zypper touches at each refresh, changed or not.
std::optional<WallTime> fetched_at(const fs::path& folder) {
  // Of rpm-md, yast2, and a plain folder of packages.
  for (const char* index : {"repodata/repomd.xml", "content", "cookie"}) {
    struct stat file{};
    if (::stat((folder / index).c_str(), &file) != 0) continue;
    return wall_from_ms(std::int64_t{file.st_mtim.tv_sec} * 1000);
  }
  return std::nullopt;
}

/// In the name of its folder a repository has no slashes.
std::string folder_of(std::string repository) {
  std::ranges::replace(repository, '/', '_');
  return repository;
}

Result<Lists> look_at_lists(const std::string& root, const Words& repositories) {
  std::map<std::string, WallTime> fetched;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root + "/var/cache/zypp/raw", error)) {
    if (fetched.size() == kRepositoriesMax) return fail(Fault::Malformed, "zypper: too many lists");
    if (const auto at = fetched_at(entry.path())) fetched[entry.path().filename()] = *at;
  }
  Lists lists;
  for (const std::string& repository : repositories) {
    const auto found = fetched.find(folder_of(repository));
    if (found == fetched.end()) {
      lists.unfetched = repository;
      continue;
    }
    if (lists.fetched.empty() || found->second < lists.oldest) lists.oldest = found->second;
    lists.fetched.push_back(repository);
  }
  return lists;
}

bool is_needed(const ZypperUpdate& patch) {
  return patch.category == "security" && patch.status == "needed";
}

/// Patches that a lock on a package keeps out: zypper calls them needed all the same.
Result<std::set<std::string>> patches_kept_out(const Zypper& zypper, const Words& repositories,
                                               Instant began) {
  // Locks of installed packages need no lists.
  TRY(const ToolAnswer locks,
      zypper.ask_extra({"--disable-repositories", "locks", "--solvables"}, began));
  TRY(Words locked, read_zypper_locked(locks.output));
  if (locked.empty()) return std::set<std::string>();
  locked.resize(std::min(locked.size(), kLockedMax));
  // A patch is in conflict with all older versions of its packages.
  Words question = {"search", "--type", "patch", "--match-exact", "--conflicts"};
  question.insert(question.end(), repositories.begin(), repositories.end());
  question.emplace_back("--");
  question.insert(question.end(), locked.begin(), locked.end());
  TRY(const ToolAnswer found, zypper.ask_extra(question, began));
  TRY(const Words patches, read_zypper_found(found.output));
  return std::set<std::string>(patches.begin(), patches.end());
}

/// What is open is known without them: then no patch is told as kept out.
void look_at_locks(const Zypper& zypper, const Words& repositories, Instant began,
                   ZypperState& state) {
  if (std::ranges::none_of(state.patches, is_needed)) return;
  auto kept_out = patches_kept_out(zypper, repositories, began);
  if (kept_out.has_value()) {
    state.kept_out = std::move(*kept_out);
    return;
  }
  if (!state.complaint.empty()) state.complaint += "; ";
  state.complaint += "locks are not known";
}

}  // namespace

Result<ZypperState> ask_zypper(const std::string& root, const std::string& scratch) {
  const Instant began = loop::boottime_now();
  const auto program = find_tool("zypper");
  if (!program) return fail(Fault::Unavailable, "zypper is not installed");
  const Zypper zypper(*program, root, scratch);
  TRY(const ToolAnswer answer, zypper.ask({"repos"}));
  TRY(const Words repositories, read_zypper_repositories(answer.output));
  if (repositories.empty()) return fail(Fault::Unavailable, "zypper: no repository is enabled");
  TRY(const Lists lists, look_at_lists(root, repositories));
  // Where it has no lists zypper would fetch them, whatever it was told.
  if (lists.fetched.empty()) return fail(Fault::Unavailable, "zypper: lists were never fetched");
  Words only;
  if (!lists.unfetched.empty()) {
    for (const std::string& repository : lists.fetched) only.push_back("--repo=" + repository);
  }
  TRY(ZypperList patches, zypper.updates({"list-patches"}, only));
  TRY(ZypperList packages, zypper.updates({"list-updates"}, only));
  ZypperState state{.patches = std::move(patches.updates),
                    .packages = std::move(packages.updates),
                    .complaint = patches.complaint.empty() ? packages.complaint : patches.complaint,
                    .unfetched = lists.unfetched,
                    .knows_patches = patches.knows_patches,
                    .kept_out = {},
                    .fetched = lists.oldest};
  look_at_locks(zypper, only, began, state);
  return state;
}

}  // namespace mainstay::agent
