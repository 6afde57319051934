#include "agent/apt/install.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <memory>
#include <set>

#include <apt-pkg/acquire-item.h>
#include <apt-pkg/acquire.h>
#include <apt-pkg/algorithms.h>
#include <apt-pkg/cachefile.h>
#include <apt-pkg/configuration.h>
#include <apt-pkg/install-progress.h>
#include <apt-pkg/packagemanager.h>
#include <apt-pkg/pkgrecords.h>
#include <apt-pkg/pkgsystem.h>
#include <apt-pkg/sourcelist.h>
#include <apt-pkg/update.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/apt/lock.h"
#include "agent/apt/room.h"
#include "agent/apt/simulate.h"
#include "agent/apt/status.h"

namespace mainstay::apt {
namespace {

/// Says on standard error what could not be fetched; there is nobody to change a disc for.
class FetchLog : public pkgAcquireStatus {
 public:
  bool MediaChange(std::string /*media*/, std::string /*drive*/) override { return false; }
  void Fail(pkgAcquire::ItemDesc& item) override {
    if (item.Owner->Status == pkgAcquire::Item::StatIdle) return;  // tried elsewhere
    std::cerr << "not fetched: " << item.Description << ": " << item.Owner->ErrorText << "\n";
  }
};

/// Unfinished packages outside the set are not ours to finish.
InstallReport check_clean(const Root& root, const std::vector<PackageVersion>& set) {
  const auto database = read_database(root.database);
  if (!database) return {.code = database.error().code, .detail = database.error().detail};
  const auto states = unfinished_beside(*database, set);
  if (states.empty()) return {};
  return {.code = ExitCode::HalfConfigured, .detail = describe_unfinished(states, root.path)};
}

/// dpkg's last changes lie beside its database if it was killed, and libapt-pkg gives no lock then.
/// Any dpkg that may write folds them in; this one changes nothing else and runs no script.
void fold_in_changes(const Root& root) {
  std::vector<std::string> words = {_config->FindFile("Dir::Bin::dpkg"), "--set-selections"};
  if (!root.path.empty()) words.insert(words.begin() + 1, "--root=" + root.path);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execv(argv[0], argv.data());  // standard input is /dev/null
    _exit(127);
  }
  while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
}

InstallReport take_lock(const Root& root, const Options& options, Clock::time_point limit) {
  _config->Set("DPkg::Lock::Timeout", 0);
  const auto lock = [&] {
    if (_system->Lock()) return true;
    const auto database = read_database(root.database);
    if (!database || !database->interrupted || is_locked(root)) return false;
    if (!unfinished_beside(*database, options.set).empty()) return false;
    fold_in_changes(root);
    return _system->Lock();
  };
  if (retry_until(limit, lock)) {
    static_cast<void>(take_complaints());
    return {};
  }
  const std::string why = take_complaints();
  const auto database = read_database(root.database);
  if (!is_locked(root) && database && database->interrupted) {
    const auto states = unfinished_beside(*database, options.set);
    return {.code = ExitCode::HalfConfigured,
            .detail = "dpkg was interrupted: " + describe_unfinished(states, root.path)};
  }
  return {.code = ExitCode::LockHeld, .detail = why};
}

InstallReport refresh(const Root& root, Clock::time_point limit) {
  // By itself apt calls a refresh that fetched nothing from an unreachable repository a success.
  _config->Set("APT::Update::Error-Mode", "any");
  const auto free = [&] { return probe_lock(root.lists + "lock") != LockState::Held; };
  if (!retry_until(limit, free)) return {.code = ExitCode::LockHeld, .detail = "lists are locked"};
  pkgSourceList sources;
  FetchLog log;
  if (sources.ReadMainList() && ListUpdate(log, sources)) {
    static_cast<void>(take_complaints());
    return {};
  }
  return {.code = ExitCode::RepositoryUnreachable, .detail = take_complaints()};
}

InstallReport fetch(pkgAcquire& fetcher, pkgPackageManager& manager, pkgCacheFile& cache) {
  pkgRecords records(cache);
  InstallReport report;
  if (!manager.GetArchives(&fetcher, cache, &records)) {
    return {.code = ExitCode::RepositoryUnreachable, .detail = take_complaints()};
  }
  // Installing through libapt-pkg, nobody else asks whether the archive was signed.
  for (auto item = fetcher.ItemsBegin(); item != fetcher.ItemsEnd(); ++item) {
    if ((*item)->IsTrusted()) continue;
    return {.code = ExitCode::RepositoryUnreachable,
            .detail = "not from a verified archive: " + (*item)->ShortDesc()};
  }
  const bool run = fetcher.Run() == pkgAcquire::Continue;
  bool complete = run;
  for (auto item = fetcher.ItemsBegin(); item != fetcher.ItemsEnd(); ++item) {
    const bool done = (*item)->Status == pkgAcquire::Item::StatDone && (*item)->Complete;
    complete = complete && done;
  }
  if (complete) return report;
  return {.code = ExitCode::RepositoryUnreachable, .detail = take_complaints()};
}

void configure_dpkg() {
  for (const char* option : {"--force-confdef", "--force-confold"}) {
    _config->Set("DPkg::Options::", option);
  }
  _config->Set("DPkg::Use-Pty", false);
  _config->Set("APT::Get::Remove", false);
  _config->Set("CommandLine::AsString", "mainstay-apt apply");  // for apt's history log
}

InstallReport download_and_install(const Root& root, pkgCacheFile& cache) {
  FetchLog log;
  pkgAcquire fetcher(&log);
  if (!fetcher.GetLock(root.archives)) {
    return {.code = ExitCode::LockHeld, .detail = take_complaints()};
  }
  const std::unique_ptr<pkgPackageManager> manager(_system->CreatePM(cache));
  if (auto fetched = fetch(fetcher, *manager, cache); fetched.code != ExitCode::Ok) return fetched;
  configure_dpkg();
  // From here on an end that is asked for waits for dpkg. A handler and not SIG_IGN, which dpkg and
  // the daemons of its packages would inherit.
  std::signal(SIGTERM, [](int) {});
  // dpkg takes the inner lock itself; the outer one stays ours, so nobody gets in between.
  _system->UnLockInner();
  APT::Progress::PackageManager progress;
  const auto result = manager->DoInstall(&progress);
  if (result == pkgPackageManager::Completed) return {};
  return {.code = ExitCode::InstallFailed, .detail = take_complaints()};
}

}  // namespace

InstallReport install(const Root& root, const Options& options) {
  const Clock::time_point limit = Clock::now() + options.lock_wait;
  // Fetching lists touches nothing of dpkg's: it neither waits for another package manager nor
  // makes one wait.
  if (options.set.empty()) return refresh(root, limit);
  if (auto locked = take_lock(root, options, limit); locked.code != ExitCode::Ok) return locked;
  if (options.refresh == Refresh::Yes) {
    if (auto fresh = refresh(root, limit); fresh.code != ExitCode::Ok) return fresh;
  }
  if (auto clean = check_clean(root, options.set); clean.code != ExitCode::Ok) return clean;
  pkgCacheFile cache;
  if (!cache.Open(nullptr, false)) {
    return {.code = ExitCode::RepositoryUnreachable, .detail = take_complaints()};
  }
  Simulation simulation = simulate_set(cache, options.set);
  Refusal verdict = judge_set(root, simulation, options.set);
  InstallReport report{.code = verdict.code, .detail = std::move(verdict.detail)};
  if (report.code == ExitCode::Ok) report = download_and_install(root, cache);
  report.simulation = std::move(simulation);
  return report;
}

}  // namespace mainstay::apt
