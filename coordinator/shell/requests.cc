#include "coordinator/shell/requests.h"

#include "common/core/digest.h"
#include "coordinator/core/fleet/fleet.h"
#include "coordinator/shell/frames.h"

namespace mainstay::coordinator {

namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::vector<PublicKey> keys_of(const State& state, bool (*may)(Role)) {
  std::vector<PublicKey> keys;
  if (!state.roster) return keys;
  for (const OperatorEntry& entry : state.roster->roster.operators) {
    if (may(entry.role)) keys.push_back(entry.key);
  }
  return keys;
}
bool anybody(Role) {
  return true;
}
bool not_viewer(Role role) {
  return role != Role::Viewer;
}

/// Opens what a request carries inside.
struct Opener {
  const Verifier& verifier;
  const State& state;
  WallTime now;

  Result<Enclosed> operator()(const ApprovePlan& act) const {
    TRY(const SignedDocument shown, peek(act.head));
    TRY(auto head,
        verifier.open<PlanHead>(act.head, context::kPlanHead, keys_of(state, may_operate), now));
    return Enclosed(ApprovedHead{.plan = sha256(shown.payload), .head = std::move(head)});
  }
  Result<Enclosed> operator()(const DraftPlan& act) const {
    TRY_STATUS(check_head(act.head));  // before any host is asked
    return Enclosed(std::monostate());
  }
  Result<Enclosed> operator()(const AddToken& act) const {
    const auto trusted = keys_of(state, may_enrol);
    TRY(auto token, verifier.open<EnrolmentToken>(act.token, context::kToken, trusted, now));
    TRY(auto labels,
        verifier.open<LabelCertificate>(token->labels, context::kLabels, trusted, now));
    return Enclosed(OpenedToken{.token = std::move(token), .labels = std::move(labels)});
  }
  Result<Enclosed> operator()(const SetLabels& act) const {
    TRY(auto labels, verifier.open<LabelCertificate>(act.certificate, context::kLabels,
                                                     keys_of(state, may_enrol), now));
    return Enclosed(OpenedLabels{.labels = std::move(labels)});
  }
  Result<Enclosed> operator()(const AddControl& act) const {
    auto trusted = keys_of(state, anybody);
    if (state.roster) trusted.push_back(state.roster->roster.recovery);
    TRY(auto statement,
        verifier.open<ControlStatement>(act.statement, context::kControl, trusted, now));
    std::optional<Verified<Roster>> roster;
    if (const auto* next = std::get_if<NewRoster>(&statement->act)) {
      TRY(roster, verifier.open<Roster>(next->roster, context::kRoster, trusted, now));
    }
    return Enclosed(OpenedControl{.statement = std::move(statement), .roster = std::move(roster)});
  }
  template <class Plain>
  Result<Enclosed> operator()(const Plain&) const {
    return Enclosed(std::monostate());
  }
};

bool may_state(Role role, const ControlAct& act) {
  return std::visit(Overloaded{
                        [&](const StopFleet&) { return may_operate(role); },
                        [&](const AbortPlan&) { return may_operate(role); },
                        [&](const LiftStop&) { return role == Role::Admin; },
                        [&](const RevokeHost&) { return role == Role::Admin; },
                        [&](const NewRoster&) { return role == Role::Admin; },
                    },
                    act);
}

/// A statement's own signers count; of a roster the recovery key may be the one.
Status check_statement(const Enclosed& enclosed, const State& state, Role role) {
  const auto* opened = std::get_if<OpenedControl>(&enclosed);
  if (opened == nullptr || may_state(role, opened->statement->act)) return {};
  if (opened->roster) {
    for (const PublicKey& key : opened->statement.signers()) {
      if (key == state.roster->roster.recovery) return {};
    }
  }
  return fail(Fault::Denied, "your role (" + std::string(name_of(role)) +
                                 ") does not allow this statement: ask an admin");
}

}  // namespace

bool may_ask(Role role, const RequestAct& act) {
  return std::visit(Overloaded{
                        [&](const AddToken&) { return may_enrol(role); },
                        [&](const SetLabels&) { return may_enrol(role); },
                        [&](const RemoveHost&) { return role == Role::Admin; },
                        [&](const ReleaseSlot&) { return may_approve(role); },
                        // Judged by the statement inside.
                        [&](const AddControl&) { return not_viewer(role); },
                        [&](const auto&) { return may_operate(role); },
                    },
                    act);
}

const OperatorEntry* operator_with_link(const State& state, const LinkKey& link, WallTime now) {
  if (!state.roster) return nullptr;
  for (const OperatorEntry& entry : state.roster->roster.operators) {
    if (entry.link != link) continue;
    if (entry.expires != WallTime{} && entry.expires <= now) continue;
    return &entry;
  }
  return nullptr;
}

Status Requests::remember(const OperatorRequest& request, Now now) {
  const Nonce& nonce = request.nonce;
  std::erase_if(nonces_,
                [&](const auto& entry) { return now.mono - entry.second > kReplayMemory; });
  if (nonces_.contains(nonce)) {
    return fail(Fault::Denied, "this request was received before: sign a new one");
  }
  if (nonces_.size() >= nonces_max_) {
    // A STOP must not wait for a table; a statement that comes twice has lost its place in the
    // chain.
    if (std::holds_alternative<AddControl>(request.act)) return {};
    return fail(Fault::Unavailable, "too many requests within two minutes: try again later");
  }
  nonces_.emplace(nonce, now.mono);
  return {};
}

Result<RequestArrived> Requests::open(const Sender& sender, ByteView document, const State& state,
                                      Now now) {
  TRY(auto request, verifier_.open<OperatorRequest>(document, context::kRequest,
                                                    keys_of(state, anybody), now.wall));
  if (request->header.not_after > now.wall + kRequestLifetime + kRequestSkew) {
    return fail(Fault::Denied,
                "a request is good for at most 60 s; is the clock of one of the machines wrong?");
  }
  const auto signer = operator_of(state, request.signers(), now.wall);
  if (!signer) return fail(Fault::Denied, "the signing key has expired in the roster");
  if (!may_ask(signer->role, request->act)) {
    return fail(Fault::Denied, "your role (" + std::string(name_of(signer->role)) +
                                   ") does not allow this: see `mainstay operator list`");
  }
  TRY(Enclosed enclosed, std::visit(Opener{verifier_, state, now.wall}, request->act));
  TRY_STATUS(check_statement(enclosed, state, signer->role));
  // Last, so that nobody but an operator fills this memory.
  TRY_STATUS(remember(*request, now));
  return RequestArrived{.request = sender.request,
                        .operator_link = sender.link,
                        .document = std::move(request),
                        .enclosed = std::move(enclosed)};
}

}  // namespace mainstay::coordinator
