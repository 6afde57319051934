// The list of packages: its digest is told when it changed, its text when the centre asks for it.
#include <algorithm>
#include <utility>

#include "agent/core/machine.h"
#include "common/core/parts.h"

namespace mainstay::agent {

void keep_packages(Turn& turn, std::string text) {
  Packages& packages = turn.state.packages;
  const Digest digest = text.empty() ? Digest{} : sha256(as_bytes(text));
  if (digest == packages.digest) return;
  packages.text = std::move(text);
  packages.text.shrink_to_fit();  // it is kept for hours
  packages.digest = digest;
  want_report(turn);
}

void tell_packages(Turn& turn, Report& report) {
  Packages& packages = turn.state.packages;
  if (!report.is_whole && packages.told == packages.digest) return;
  packages.told = packages.digest;
  report.packages = packages.digest;
}

void want_packages(Turn& turn) {
  Packages& packages = turn.state.packages;
  if (!packages.text.empty()) {
    packages.is_wanted = true;
    run_packages(turn);
    return;
  }
  // It was lost while the question travelled, or the report that said so was.
  packages.told.reset();
  want_report(turn);
}

void run_packages(Turn& turn) {
  Packages& packages = turn.state.packages;
  if (!packages.is_wanted || turn.now.mono < packages.send_at) return;
  packages.is_wanted = false;
  // The centre asks again by the next report's digest.
  if (!heard(turn) || packages.text.empty()) return;
  packages.send_at = turn.now.mono + turn.limits.packages_pause;
  for (Part& part : split(as_bytes(packages.text))) send(turn, PackagesMessage{std::move(part)});
}

Instant packages_due(const AgentState& state) {
  return state.packages.is_wanted ? state.packages.send_at : kNever;
}

}  // namespace mainstay::agent
