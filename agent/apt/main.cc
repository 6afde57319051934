// mainstay-apt: what apt and dpkg know and do, for an agent and an executor that link neither. A
// short-lived process of its own because libapt-pkg is GPL and parses what repositories send.
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <apt-pkg/cachefile.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent/apt/apply.h"
#include "agent/apt/document.h"
#include "agent/apt/host.h"
#include "agent/apt/lock.h"
#include "agent/apt/options.h"
#include "agent/apt/pending.h"
#include "agent/apt/room.h"
#include "agent/apt/root.h"
#include "agent/apt/simulate.h"
#include "agent/apt/sources.h"
#include "agent/apt/status.h"

namespace mainstay::apt {
namespace {

Outcome<Answer> list(const Options& options) {
  TRY(const Root root, open_root(options.root));
  TRY(const Database database, read_database(root.database));
  pkgCacheFile cache;
  if (!cache.ReadOnlyOpen()) return refuse(ExitCode::RepositoryUnreachable, take_complaints());
  Facts facts = read_facts(root);
  facts.security_published_unix_seconds = security_published_at(cache);
  std::optional<std::vector<Source>> sources;
  if (options.sources == Sources::Yes) {
    utsname system{};
    ::uname(&system);
    const bool is_machine = options.root.empty();
    sources = installed_sources(cache, is_machine ? static_cast<const char*>(system.release) : "");
  }
  return Answer{ExitCode::Ok, list_document(pending_updates(cache), database, facts, sources)};
}

Outcome<Answer> simulate(const Options& options) {
  TRY(const Root root, open_root(options.root));
  pkgCacheFile cache;
  if (!cache.ReadOnlyOpen()) return refuse(ExitCode::RepositoryUnreachable, take_complaints());
  if (options.targets != Targets::Given) {
    const Wanted wanted = options.targets == Targets::All ? Wanted::All : Wanted::Security;
    return Answer{ExitCode::Ok, simulate_document(simulate_pending(cache, wanted), ExitCode::Ok)};
  }
  Simulation result = simulate_set(cache, options.set);
  Refusal verdict = judge_set(root, result, options.set);
  result.detail = std::move(verdict.detail);
  return Answer{verdict.code, simulate_document(result, verdict.code)};
}

Outcome<Answer> look(const Options& options) {
  TRY(const Root root, find_root(options.root));
  TRY(const Database database, read_database(root.database));
  if (options.verb == Verb::Verify) {
    return Answer{ExitCode::Ok, verify_document(options.set, database)};
  }
  std::vector<PackageState> states = database.packages;
  if (options.verb == Verb::Holds) {
    states.clear();
    for (const PackageVersion& package : options.set) {
      states.push_back(find_state(database, package));
    }
  }
  return Answer{ExitCode::Ok, states_document(to_text(options.verb), states, database)};
}

Refusal judge(const Root& root, const Options& options, const Database& database) {
  const auto states = unfinished_beside(database, options.set);
  if (!states.empty()) {
    return {ExitCode::HalfConfigured, describe_unfinished(states, root.path)};
  }
  // Only what is in the set was left unfinished: installing the set finishes it.
  if (database.interrupted && options.set.empty()) {
    return {ExitCode::HalfConfigured,
            "dpkg was interrupted: " + describe_unfinished({}, root.path)};
  }
  // What the set itself takes is known, and looked at, when it is simulated.
  std::string why = shortage_of_room(root, {});
  return {why.empty() ? ExitCode::Ok : ExitCode::NoRoom, std::move(why)};
}

Outcome<Answer> preflight(const Options& options) {
  TRY(const Root root, open_root(options.root));
  // The locks first: what is unfinished while another is at work may be finished when it is done.
  const bool free = retry_until(Clock::now() + options.lock_wait, [&] { return !is_locked(root); });
  TRY(const Database database, read_database(root.database));
  const Locks locks{.frontend = probe_lock(root.database + "/lock-frontend"),
                    .dpkg = probe_lock(root.database + "/lock"),
                    .lists = probe_lock(root.lists + "lock")};
  const Facts facts = read_facts(root);
  const Refusal verdict = free ? judge(root, options, database)
                               : Refusal{ExitCode::LockHeld, "another package manager is at work"};
  return Answer{verdict.code, preflight_document(verdict, database, facts, locks)};
}

Outcome<Answer> answer(const Options& options) {
  switch (options.verb) {
    case Verb::List:
      return list(options);
    case Verb::Simulate:
      return simulate(options);
    case Verb::Holds:
    case Verb::Installed:
    case Verb::Verify:
      return look(options);
    case Verb::Preflight:
      return preflight(options);
    case Verb::Apply:
      break;
  }
  return apply(options);
}

int run(const std::vector<std::string>& words) {
  if (words == std::vector<std::string>{"--help"}) {
    std::fputs(kAbout, stdout);
    std::fputs(kUsage, stdout);
    return std::fflush(stdout) == 0 ? 0 : static_cast<int>(ExitCode::InstallFailed);
  }
  const auto options = parse_options(words);
  if (!options) std::fputs(kUsage, stderr);
  Outcome<Answer> result = options ? answer(*options) : refuse(options.error().code, "");
  if (!options) result = Answer{ExitCode::Usage, refusal_document("", options.error())};
  if (!result) {
    result = Answer{result.error().code, refusal_document(to_text(options->verb), result.error())};
  }
  std::fputs(result->document.c_str(), stdout);
  const bool written = std::fflush(stdout) == 0;
  return written ? static_cast<int>(result->code) : static_cast<int>(ExitCode::InstallFailed);
}

}  // namespace
}  // namespace mainstay::apt

int main(int count, char** words) {
  // Leaves at once: libapt-pkg keeps its configuration until the end, and there is nothing to tidy.
  _exit(mainstay::apt::run(std::vector<std::string>(words + 1, words + count)));
}
