// A plan as a person looks at it: made from what was decoded and checked here (approve, apply), or
// from what the centre says (plan, plan show). One renderer for both, so that they compare.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/cli/answer.h"
#include "coordinator/cli/proposal.h"

namespace mainstay::cli {

struct RegionPicture {
  std::string region;
  std::uint64_t hosts = 0;
  std::vector<std::uint64_t> waves;
};

struct PackagesPicture {
  std::uint64_t hosts = 0;
  std::string os;                     // may be empty
  std::vector<std::string> packages;  // "openssl=3.0.17-1"
};

struct PlanPicture {
  std::string id;
  std::string name;
  std::string change;
  std::string reason;
  std::string targets;
  std::string impact;
  std::vector<std::string> steps;
  std::uint64_t matched = 0;
  std::uint64_t in = 0;
  std::vector<std::string> out;  // "3 silent (web-1, web-2, web-3)"
  std::vector<RegionPicture> regions;
  std::vector<PackagesPicture> packages;
  std::vector<std::string> budgets;
  std::uint64_t failure_limit = 0;
  std::string failure_limit_of;  // "1 % of 405 = 4"; empty: the plan has the number
  std::uint64_t concurrency = 1;
  bool has_canary = false;  // a failure in the first wave of a region halts
  std::uint64_t failures_max = 0;
  std::uint64_t signatures_have = 0;
  std::uint64_t signatures_need = 0;  // 0: not known
  std::string good_until;             // empty: not known
  std::vector<std::string> warnings;
  std::string phase;
};

PlanPicture picture_of(const Proposal& proposal);
PlanPicture picture_of(const Answer& plan);
/// What only the centre knows: who is out and why, warnings, signatures.
void add_surroundings(PlanPicture& picture, const Answer& plan);

std::string render_plan(const PlanPicture& picture);
/// A page for a change record, with every package.
std::string plan_markdown(const PlanPicture& picture);
/// "halts at failure 5 (1 % of 405 = 4); with 20 at once at most 24 hosts can have failed".
std::string failures_text(const PlanPicture& picture);
/// A line where the regions do not add up to the hosts that are in, or nothing.
std::string count_warning(const PlanPicture& picture);
/// "OUT     2 silent (web-1, web-2)", or nothing.
std::string out_line(const PlanPicture& picture);
/// As a document to start another plan from; `valid` is how long the plan was to be good for, zero
/// where that is not known.
std::string plan_yaml(const PlanHead& head, Duration valid);

}  // namespace mainstay::cli
