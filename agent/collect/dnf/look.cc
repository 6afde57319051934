#include "agent/collect/dnf/look.h"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/patch/extra_time.h"
#include "agent/collect/tool/tool.h"
#include "common/loop/clock.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

// Of one question, which loads all lists: seconds on a slow disk.
constexpr Duration kDnfTimeMax = std::chrono::seconds(60);
constexpr std::size_t kCacheEntriesMax = 10'000;

/// The complaint comes behind warnings.
std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  const std::size_t end = text.rfind('\n');
  return end == text.npos ? text : text.substr(end + 1);
}

/// dnf does not start without a place for its log and for a lock beside its lists, even if it only
/// reads them. So it is given a folder with links to the lists.
Status link_lists(const std::string& cache, const std::string& folder) {
  std::error_code error;
  fs::create_directory(folder, error);
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(cache, error)) {
    const std::string name = entry.path().filename();
    if (name.ends_with(".pid")) continue;
    if (++count > kCacheEntriesMax) return fail(Fault::Malformed, "dnf: too many lists");
    std::error_code failure;
    fs::create_symlink(entry.path(), fs::path(folder) / name, failure);
    if (failure) return fail(Fault::Unavailable, folder + ": " + failure.message());
  }
  return {};
}

/// All questions end with 0 where they were answered: without lists dnf says nothing and 1.
Result<std::string> answer_to(const ToolOrder& order, const std::string& name) {
  TRY(ToolAnswer answer, run_tool(order));
  if (answer.was_cut) return fail(Fault::Malformed, name + ": too much output");
  if (answer.exit != 0) {
    return fail(Fault::Unavailable, name + ": " + last_line(answer.error_output));
  }
  return std::move(answer.output);
}

class Dnf {
 public:
  Dnf(std::string program, const std::string& root, const std::string& scratch)
      : program_(std::move(program)), root_(root), scratch_(scratch) {}

  Result<std::string> ask(const std::vector<std::string>& words,
                          Duration time_max = kDnfTimeMax) const {
    ToolOrder order{.argv = {program_, "-q", "-C"},
                    .environment = {"TZ=UTC"},  // of the dates it prints
                    .output_bytes_max = kDnfOutputBytesMax,
                    .time_max = time_max};
    if (!root_.empty()) order.argv.push_back("--installroot=" + root_);
    if (!scratch_.empty()) {
      order.argv.insert(order.argv.end(),
                        {"--setopt=logdir=" + scratch_, "--setopt=cachedir=" + scratch_ + "/dnf"});
      order.environment.push_back("TMPDIR=" + scratch_);
    }
    order.argv.insert(order.argv.end(), words.begin(), words.end());
    return answer_to(order, "dnf");
  }

 private:
  std::string program_;
  const std::string& root_;
  const std::string& scratch_;
};

struct Lists {
  WallTime fetched{};
  bool has_advisories = false;
};

/// "updates" of the cache folder updates-cca799efed822966.
bool is_cache_of(const std::string& folder, const std::string& repository) {
  constexpr std::size_t kHashLength = 16;
  return folder.size() == repository.size() + 1 + kHashLength &&
         folder.starts_with(repository + "-") &&
         folder.find_first_not_of("0123456789abcdef", repository.size() + 1) == folder.npos;
}

bool has_advisories(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().contains("-updateinfo.xml")) return true;
  }
  return false;
}

/// Of the repository whose lists are the oldest; nothing fetched if one has none.
Lists look_at_cache(const std::string& root, const std::vector<std::string>& repositories) {
  Lists lists;
  bool is_complete = true;
  for (const std::string& repository : repositories) {
    std::error_code error;
    WallTime newest{};
    bool publishes = false;
    std::size_t entries = 0;
    for (const auto& entry : fs::directory_iterator(root + "/var/cache/dnf", error)) {
      if (++entries > kCacheEntriesMax) break;
      if (!is_cache_of(entry.path().filename(), repository)) continue;
      struct stat file{};
      if (::stat((entry.path() / "repodata/repomd.xml").c_str(), &file) != 0) continue;
      const WallTime fetched = wall_from_ms(std::int64_t{file.st_mtim.tv_sec} * 1000);
      // The other ones are of addresses that the repository had before.
      if (fetched <= newest) continue;
      newest = fetched;
      publishes = has_advisories(entry.path() / "repodata");
    }
    if (newest == WallTime{}) is_complete = false;
    lists.has_advisories = lists.has_advisories || publishes;
    if (lists.fetched == WallTime{} || newest < lists.fetched) lists.fetched = newest;
  }
  if (!is_complete) lists.fetched = WallTime{};
  return lists;
}

}  // namespace

bool is_of_rpm(const std::string& root) {
  std::error_code error;
  const bool has_rpm =
      fs::exists(root + "/var/lib/rpm", error) || fs::exists(root + "/usr/lib/sysimage/rpm", error);
  return has_rpm && !fs::exists(root + "/var/lib/dpkg/status", error);
}

Result<std::vector<RpmPackage>> ask_rpm(const std::string& root) {
  const auto program = find_tool("rpm");
  if (!program) return fail(Fault::Unavailable, "rpm is not installed");
  ToolOrder order{.argv = {*program, "-qa", "--qf", kRpmForm},
                  .output_bytes_max = kDnfOutputBytesMax,
                  .time_max = kDnfTimeMax};
  if (!root.empty()) order.argv.insert(order.argv.begin() + 1, {"--root", root});
  TRY(const std::string text, answer_to(order, "rpm"));
  return read_rpm_packages(text);
}

Result<DnfState> ask_dnf(const std::string& root, const std::string& scratch) {
  const Instant began = loop::boottime_now();
  const auto program = find_tool("dnf");
  if (!program) return fail(Fault::Unavailable, "dnf is not installed");
  // Each user has lists of his own, and who asks dnf without the word -C makes it fetch.
  if (::geteuid() != 0) return fail(Fault::Unavailable, "needs root: dnf keeps its lists for it");
  // Below another root dnf takes these folders as being below it, too.
  const std::string own = root.empty() ? scratch : "";
  if (!own.empty()) {
    TRY_STATUS(link_lists("/var/cache/dnf", own + "/dnf"));
  }
  const Dnf dnf(*program, root, own);
  DnfState state;
  TRY(const std::string repolist, dnf.ask({"repolist", "--enabled"}));
  TRY(const auto repositories, read_dnf_repositories(repolist));
  const Lists lists = look_at_cache(root, repositories);
  state.fetched = lists.fetched;
  state.has_advisories = lists.has_advisories;
  TRY(state.packages.installed, ask_rpm(root));
  TRY(const std::string upgrades,
      dnf.ask({"repoquery", "--upgrades", "--latest-limit=1", "--qf", kDnfForm}));
  TRY(state.packages.upgrades, read_rpm_packages(upgrades));
  // What the host's settings keep out is open all the same.
  TRY(const std::string advisories, dnf.ask({"--disableexcludes=all", "--disableplugin=versionlock",
                                             "updateinfo", "list", "--updates", "--security"}));
  TRY(state.advisories, read_dnf_advisories(advisories));
  TRY(const std::string cves, dnf.ask({"--disableexcludes=all", "--disableplugin=versionlock",
                                       "updateinfo", "list", "--updates", "--with-cve"}));
  TRY(state.cves, read_dnf_advisories(cves));
  const Duration left = extra_time(began, loop::boottime_now());
  if (state.advisories.empty() || left <= Duration::zero()) return state;
  // With whole descriptions it may be too much: then no date is known, and all else is.
  const auto described = dnf.ask({"--disableexcludes=all", "--disableplugin=versionlock",
                                  "updateinfo", "info", "--updates", "--security"},
                                 left);
  if (described.has_value()) state.published = read_dnf_dates(*described);
  return state;
}

}  // namespace mainstay::agent
