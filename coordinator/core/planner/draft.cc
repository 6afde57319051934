// Drafts: in memory only, bounded, and gone after resolve_max. Hosts that do not answer are out.
#include <algorithm>

#include "coordinator/core/planner/planner.h"

namespace mainstay::coordinator {

namespace {

const PatchStep* patch_step(const PlanHead& head) {
  for (const auto& step : head.steps) {
    if (const auto* patch = std::get_if<PatchStep>(&step.task)) return patch;
  }
  return nullptr;
}

std::string outs_text(const std::vector<Excluded>& out) {
  std::string text;
  for (std::size_t i = 0; i < out.size() && i < 5; ++i) {
    text += (i == 0 ? ": " : ", ") + out[i].host.text() + " " + out[i].reason;
  }
  return out.size() > 5 ? text + ", ..." : text;
}

Status check_head(const PlanHead& head, WallTime now) {
  if (head.name.empty()) return fail(Fault::Malformed, "the plan has no name");
  if (head.steps.empty() || head.steps.size() > kStepsMax) {
    return fail(Fault::Malformed, "a plan has 1 to " + std::to_string(kStepsMax) + " steps");
  }
  if (!std::ranges::includes(head.header.required_features, features_of(head.steps))) {
    return fail(Fault::Malformed, "the plan does not ask for the features that its steps need");
  }
  if (head.targets.empty()) return fail(Fault::Malformed, "the plan names no targets");
  if (head.header.not_after <= now || head.header.not_after > now + kPlanLifetimeMax) {
    return fail(Fault::Malformed, "a plan is valid for at most 30 days, and not in the past");
  }
  return {};
}

void send_resolve(Turn& turn, const Nonce& nonce, Draft& draft) {
  const PatchStep* patch = patch_step(draft.head);
  draft.resolve_sent = turn.now.mono;
  for (const auto& id : draft.hosts) {
    if (draft.answers.contains(id)) continue;
    turn.order(SendOrder{.host = turn.state.hosts.at(id).row.link_key,
                         .order = Resolve{.draft = nonce, .packages = patch->packages}});
  }
}

void take_out(Draft& draft, const HostId& host, std::string reason) {
  std::erase(draft.hosts, host);
  draft.excluded.push_back({.host = host, .reason = std::move(reason)});
}

// Everything is known: hands the draft to the shell for encoding. False if it came to nothing.
Status freeze(Turn& turn, const Nonce& nonce, Draft& draft) {
  if (draft.hosts.empty()) {
    return fail(Fault::Denied, "no host is left in the plan" + outs_text(draft.excluded));
  }
  TRY_STATUS(check_budgets(turn.state, draft.head, draft.hosts));
  TRY(draft.leaves, lay_out(turn.state, draft, turn.limits, turn.now));
  draft.freezing = true;
  draft.head.host_count = static_cast<std::uint32_t>(draft.leaves.size());
  turn.order(FreezePlan{.draft = nonce, .head = draft.head, .leaves = draft.leaves});
  return {};
}

bool settle(Turn& turn, const Nonce& nonce, Draft& draft) {
  if (const Status frozen = freeze(turn, nonce, draft); !frozen) {
    turn.answer(draft.request, Verdict::WrongUse, frozen.error().detail);
    return false;
  }
  return true;
}

}  // namespace

void on(Turn& turn, const PlanNotFrozen& event) {
  auto& drafts = turn.state.drafts;
  const auto found = drafts.find(event.draft);
  if (found == drafts.end() || !found->second.freezing) return;
  Draft& draft = found->second;
  draft.freezing = false;
  draft.leaves.clear();
  const std::size_t before = draft.hosts.size();
  for (const auto& unfit : event.unfit) take_out(draft, unfit.host, unfit.reason);
  const bool is_smaller = draft.hosts.size() < before;  // so that trying again comes to an end
  if (!event.reason.empty() || !is_smaller) {
    turn.answer(draft.request, Verdict::WrongUse,
                event.reason.empty() ? "the plan cannot be encoded" : event.reason);
    drafts.erase(found);
    return;
  }
  if (!settle(turn, event.draft, draft)) drafts.erase(found);
}

Ruling draft_plan(Turn& turn, const Nonce& nonce, std::uint64_t request, Draft draft) {
  const auto wrong = [](std::string text) {
    return Ruling{.verdict = Verdict::WrongUse, .text = std::move(text)};
  };
  State& state = turn.state;
  if (state.drafts.size() >= turn.limits.drafts_max ||
      state.plans.size() >= turn.limits.plans_max) {
    return {.verdict = Verdict::Refused, .text = "too many plans are being made: try again later"};
  }
  PlanHead& head = draft.head;
  if (head.header.not_after == WallTime{}) {
    head.header.not_after = turn.now.wall + turn.limits.plan_lifetime_default;
  }
  if (const Status checked = check_head(head, turn.now.wall); !checked) {
    return wrong(checked.error().detail);
  }
  auto selection = select_targets(state, head, turn.limits, turn.now);
  if (!selection) return wrong(selection.error().detail);
  if (selection->in.empty()) {
    return wrong("the selector matches no host that can take part" + outs_text(selection->out));
  }
  draft.request = request;
  draft.hosts = std::move(selection->in);
  draft.excluded = std::move(selection->out);
  draft.asked_at = turn.now.mono;
  if (const Status possible = check_budgets(state, head, draft.hosts); !possible) {
    return wrong(possible.error().detail);
  }
  const bool resolves = patch_step(head) != nullptr;
  if (resolves) {
    send_resolve(turn, nonce, draft);
  } else if (const Status frozen = freeze(turn, nonce, draft); !frozen) {
    return wrong(frozen.error().detail);
  }
  state.drafts[nonce] = std::move(draft);
  return {.verdict = Verdict::Done, .text = ""};
}

void on_answer(Turn& turn, const Host& host, const ResolveAnswer& answer) {
  const auto found = turn.state.drafts.find(answer.draft);
  if (found == turn.state.drafts.end()) return;  // too late
  Draft& draft = found->second;
  const HostId& id = host.row.host;
  if (draft.freezing || std::ranges::find(draft.hosts, id) == draft.hosts.end()) return;
  if (!answer.refusal.empty()) {
    take_out(draft, id, answer.refusal.substr(0, turn.limits.reason_bytes_max));
  } else if (answer.packages.empty()) {
    take_out(draft, id, "nothing to install");
  } else if (answer.packages.size() > kPackagesMax) {
    take_out(draft, id, "more than " + std::to_string(kPackagesMax) + " packages");
  } else {
    ResolveAnswer& kept = draft.answers[id];
    kept = answer;
    std::ranges::sort(kept.packages);
    // A leaf that names one twice is refused by whoever reads it, this coordinator's next start
    // too.
    if (std::ranges::adjacent_find(kept.packages) != kept.packages.end()) {
      draft.answers.erase(id);
      take_out(draft, id, "names a package twice");
    }
  }
  if (draft.answers.size() < draft.hosts.size()) return;
  if (!settle(turn, answer.draft, draft)) turn.state.drafts.erase(found);
}

void settle_drafts(Turn& turn) {
  auto& drafts = turn.state.drafts;
  for (auto at = drafts.begin(); at != drafts.end();) {
    Draft& draft = at->second;
    const Duration age = turn.now.mono - draft.asked_at;
    bool keep = true;
    if (!draft.freezing && age >= turn.limits.resolve_max) {
      for (const auto& id : std::vector(draft.hosts)) {
        if (!draft.answers.contains(id)) take_out(draft, id, "no answer");
      }
      keep = settle(turn, at->first, draft);
    } else if (!draft.freezing &&
               turn.now.mono - draft.resolve_sent >= turn.limits.resolve_interval) {
      send_resolve(turn, at->first, draft);
    } else if (draft.freezing && age >= 4 * turn.limits.resolve_max) {
      keep = false;  // the shell could not encode it, and has said so
    }
    at = keep ? std::next(at) : drafts.erase(at);
  }
}

}  // namespace mainstay::coordinator
