#include "coordinator/core/requests.h"

#include "coordinator/core/planner/planner.h"

namespace mainstay::coordinator {

namespace {

// One act with what came enclosed; an act whose document the shell could not open is refused.
struct Carry {
  Turn& turn;
  const RequestArrived& event;
  const Operator& by;

  Ruling not_opened() const { return refused("the enclosed document is not valid"); }
  bool in_scope(const HostId& id) const {
    const Host* host = find_host(turn.state, id);
    return host == nullptr || covers(by.scope, *host, turn.limits, turn.now);
  }
  template <class Act>
  Ruling scoped(const Act& act, Ruling (*carry)(Turn&, const Act&, const Operator&)) const {
    if (!may_operate(by.role)) return refused("this needs the role operator");
    if (!in_scope(act.host))
      return refused(act.host.text() + " is outside the scope of " + by.name);
    return carry(turn, act, by);
  }

  Ruling operator()(const DraftPlan& act) const {
    if (!may_operate(by.role)) return refused("this needs the role operator");
    Draft draft;
    draft.head = act.head;
    draft.by = by.name;
    return draft_plan(turn, event.document->nonce, event.request, std::move(draft));
  }
  Ruling operator()(const ApprovePlan&) const {
    const auto* head = std::get_if<ApprovedHead>(&event.enclosed);
    if (head == nullptr) return not_opened();
    return may_operate(by.role) ? approve_plan(turn, *head, by)
                                : refused("this needs the role operator");
  }
  Ruling operator()(const StartPlan& act) const {
    return may_operate(by.role) ? start_plan(turn, act.plan, by)
                                : refused("this needs the role operator");
  }
  Ruling operator()(const SteerRollout& act) const {
    return may_operate(by.role) ? steer(turn, act, by) : refused("this needs the role operator");
  }
  Ruling operator()(const SetConcurrency& act) const {
    return may_operate(by.role) ? set_concurrency(turn, act, by)
                                : refused("this needs the role operator");
  }
  Ruling operator()(const SnoozeNeed& act) const {
    return may_operate(by.role) ? snooze(turn, act, by) : refused("this needs the role operator");
  }
  Ruling operator()(const ImportFeed& act) const {
    const auto* feed = std::get_if<ReadFeed>(&event.enclosed);
    if (!may_operate(by.role)) return refused("this needs the role operator");
    return feed == nullptr ? wrong("the list is not here: send it again")
                           : import_feed(turn, act, *feed, by);
  }
  Ruling operator()(const RemoveFeed& act) const {
    return may_operate(by.role) ? remove_feed(turn, act, by)
                                : refused("this needs the role operator");
  }
  Ruling operator()(const RetryHost& act) const { return scoped(act, &retry); }
  Ruling operator()(const SkipHost& act) const { return scoped(act, &skip); }
  Ruling operator()(const AddToken&) const {
    const auto* token = std::get_if<OpenedToken>(&event.enclosed);
    return token == nullptr ? not_opened() : add_token(turn, *token, by);
  }
  Ruling operator()(const SetLabels&) const {
    const auto* labels = std::get_if<OpenedLabels>(&event.enclosed);
    return labels == nullptr ? not_opened() : set_labels(turn, labels->labels, by);
  }
  Ruling operator()(const AddControl&) const {
    const auto* control = std::get_if<OpenedControl>(&event.enclosed);
    return control == nullptr ? not_opened() : add_control(turn, *control, by);
  }
  Ruling operator()(const ParkHost& act) const { return scoped(act, &park); }
  Ruling operator()(const RecheckHost& act) const { return scoped(act, &recheck); }
  Ruling operator()(const RemoveHost& act) const { return scoped(act, &remove_host); }
  Ruling operator()(const ReleaseSlot& act) const {
    if (!may_approve(by.role)) return refused("this needs the role approver");
    return scoped(act, &release);
  }
};

}  // namespace

void on(Turn& turn, const RequestArrived& event) {
  State& state = turn.state;
  const OperatorRequest& request = *event.document;
  if (const auto done = state.requests.find(request.nonce); done != state.requests.end()) {
    turn.answer(event.request, done->second.verdict, done->second.text);
    return;
  }
  const WallTime not_after = request.header.not_after;
  const WallTime latest = turn.now.wall + kRequestLifetime + turn.limits.request_skew;
  if (not_after <= turn.now.wall || not_after > latest) {
    turn.answer(event.request, Verdict::Refused, "the request has expired, or a clock is wrong");
    return;
  }
  const auto by = operator_of(state, event.document.signers(), turn.now.wall);
  if (!by) {
    turn.answer(event.request, Verdict::Refused, "no operator of the roster signed this");
    return;
  }
  const bool is_full = state.requests.size() >= turn.limits.requests_max;
  // A STOP must not wait for a table; a statement that comes twice has lost its place in the chain.
  if (is_full && !std::holds_alternative<AddControl>(request.act)) {
    turn.answer(event.request, Verdict::Refused, "too many requests: try again in a minute");
    return;
  }
  const Ruling ruling = std::visit(Carry{.turn = turn, .event = event, .by = *by}, request.act);
  const bool later = std::holds_alternative<DraftPlan>(request.act) &&
                     ruling.verdict == Verdict::Done;  // answered when the plan is frozen
  if (ruling.verdict == Verdict::Done && !is_full) {
    RequestRow row{.nonce = request.nonce,
                   .not_after = not_after,
                   .verdict = ruling.verdict,
                   .text = later ? "this plan was already asked for" : ruling.text};
    turn.put(row);
    state.requests[request.nonce] = std::move(row);
  }
  if (!later) turn.answer(event.request, ruling.verdict, ruling.text);
}

void forget_requests(Turn& turn) {
  // What lies too far ahead was taken before the clock was set back: it would fill the table for as
  // long, and is refused like any request from the future.
  const WallTime latest = turn.now.wall + kRequestLifetime + turn.limits.request_skew;
  std::size_t count = 0;
  for (auto at = turn.state.requests.begin(); at != turn.state.requests.end() && count < 32;) {
    if (at->second.not_after > turn.now.wall && at->second.not_after <= latest) {
      ++at;
      continue;
    }
    turn.erase(at->second);
    at = turn.state.requests.erase(at);
    count += 1;
  }
}

}  // namespace mainstay::coordinator
