#include "agent/shell/helpers.h"

#include <algorithm>

#include <unistd.h>

#include "agent/collect/resource/resource.h"
#include "agent/shell/failed_units.h"
#include "common/loop/environment.h"

namespace mainstay::agent {
namespace {

// Below the core's own limits, so that the reason is known when an answer is due.
constexpr Duration kLookTimeMax = std::chrono::seconds(60);
// What is listed may change without a file's change: a phased update comes by the day.
constexpr Duration kListingAgeMax = std::chrono::hours(1);

std::string how_it_ended(const loop::ProcessResult& result) {
  switch (result.end) {
    case loop::ProcessResult::End::Exited:
      return "exit " + std::to_string(result.code);
    case loop::ProcessResult::End::Signalled:
      return "signal " + std::to_string(result.code);
    case loop::ProcessResult::End::TimedOut:
      return "took too long";
    case loop::ProcessResult::End::Lost:
      return "its end was not seen";
  }
  return "";
}

/// What it printed, if it ran to its end; its exit status is in there.
Result<std::string_view> printed(const loop::ProcessResult& result) {
  if (result.end != loop::ProcessResult::End::Exited) {
    return fail(Fault::Unavailable, "package helper: " + how_it_ended(result));
  }
  if (result.output_cut) return fail(Fault::Malformed, "package helper: too much output");
  if (result.output.empty()) {
    return fail(Fault::Unavailable, "package helper: no answer, " + how_it_ended(result));
  }
  return as_text(result.output);
}

}  // namespace

loop::ProcessOptions Helpers::options(std::vector<std::string> words) const {
  return {.argv = std::move(words),
          .environment = loop::system_environment(),
          .output_bytes_max = kAptOutputBytesMax,
          .time_max = kLookTimeMax};
}

void Helpers::look(const std::string& root, const OnLooked& on_looked) {
  root_ = root;
  // Read before the listing: a change that falls into it is seen by the next look.
  files_ = package_files(root_);
  if (is_listed(files_)) {
    Looked looked = looked_from(listing_->state);
    add_disk(looked);
    count_units(std::move(looked), on_looked);
    return;
  }
  std::vector<std::string> words = {config_.apt_helper, "list"};
  if (!root_.empty()) words.insert(words.end(), {"--root", root_});
  auto started = loop::Process::start(loop_, options(std::move(words)),
                                      [this, on_looked](const loop::ProcessResult& result) {
                                        count_units(looked_at(result), on_looked);
                                      });
  if (started.has_value()) {
    list_ = std::move(*started);
    return;
  }
  log_.event(Level::Warn, "look.failed", {{"why", started.error().detail}});
  Looked looked;
  add_disk(looked);
  on_looked(std::move(looked));
}

Looked Helpers::looked_at(const loop::ProcessResult& result) {
  const auto text = printed(result);
  const auto state =
      text.has_value() ? read_apt_list(*text) : Result<PatchState>(std::unexpected(text.error()));
  Looked looked;
  if (state.has_value()) {
    looked = looked_from(*state);
    listing_ = {.root = root_, .files = files_, .state = *state, .at = loop_.now().mono};
  } else {
    log_.event(Level::Warn, "look.failed", {{"why", state.error().detail}});
    listing_.reset();
  }
  add_disk(looked);
  return looked;
}

bool Helpers::is_listed(const PackageFiles& files) const {
  return listing_ && listing_->root == root_ && listing_->files == files &&
         loop_.now().mono - listing_->at < kListingAgeMax;
}

Looked Helpers::looked_from(const PatchState& state) const {
  Looked looked;
  looked.os = state.os;
  looked.architecture = state.architecture;
  looked.health = Health{.broken_packages = state.broken, .failed_units = 0};
  looked.facts.push_back({.fact = Fact::PatchSecurity, .value = state.security});
  looked.facts.push_back({.fact = Fact::PatchTotal, .value = state.total});
  looked.facts.push_back({.fact = Fact::PatchHeld, .value = state.held});
  looked.facts.push_back({.fact = Fact::PatchBroken, .value = state.broken});
  // Lists that were never fetched have no age; the fact is missing and selectors are undecided.
  if (state.lists_fetched > 0) {
    const std::int64_t now = to_ms(loop_.now().wall) / 1000;
    looked.facts.push_back({.fact = Fact::PatchListsAge,
                            .value = std::max<std::int64_t>(0, now - state.lists_fetched)});
  }
  return looked;
}

void Helpers::add_disk(Looked& looked) {
  auto percent = disk_free_percent(root_ + "/var");
  if (percent.has_value()) {
    looked.facts.push_back({.fact = Fact::DiskFreePercent, .value = *percent});
  }
}

void Helpers::count_units(Looked looked, const OnLooked& on_looked) {
  // Units belong to the machine, not to a package root below it.
  const bool has_units = root_.empty() && ::access("/run/systemd/system", F_OK) == 0;
  if (!has_units || !looked.health) {
    on_looked(std::move(looked));
    return;
  }
  auto started = loop::Process::start(
      loop_, options({kFailedUnitsArgv.begin(), kFailedUnitsArgv.end()}),
      [this, looked, on_looked](const loop::ProcessResult& result) mutable {
        if (result.succeeded()) {
          add_failed_units(as_text(result.output), looked);
        } else {
          // Half of the truth is no health.
          log_.event(Level::Warn, "look.failed", {{"why", "systemctl: " + how_it_ended(result)}});
          looked.health.reset();
        }
        on_looked(std::move(looked));
      });
  if (started.has_value()) {
    units_ = std::move(*started);
    return;
  }
  log_.event(Level::Warn, "look.failed", {{"why", started.error().detail}});
  looked.health.reset();
  on_looked(std::move(looked));
}

void Helpers::resolve(const ResolveNow& order, const OnResolved& on_resolved) {
  std::vector<std::string> words = {config_.apt_helper, "simulate"};
  if (!order.root.empty()) words.insert(words.end(), {"--root", order.root});
  words.emplace_back(order.resolve.packages == PackageChoice::Security ? "--security" : "--all");
  ResolveAnswer answer;
  answer.draft = order.resolve.draft;
  auto started = loop::Process::start(
      loop_, options(std::move(words)),
      [answer, on_resolved](const loop::ProcessResult& result) mutable {
        const auto text = printed(result);
        auto set = text.has_value() ? read_apt_simulation(*text)
                                    : Result<PatchSet>(std::unexpected(text.error()));
        if (set.has_value()) {
          answer.packages = std::move(set->packages);
          answer.kept = std::move(set->kept);
        } else {
          answer.refusal = set.error().detail;
        }
        on_resolved({std::move(answer)});
      });
  if (started.has_value()) {
    simulate_ = std::move(*started);
    return;
  }
  answer.refusal = started.error().detail;
  on_resolved({std::move(answer)});
}

}  // namespace mainstay::agent
