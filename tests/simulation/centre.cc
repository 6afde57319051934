#include "tests/simulation/centre.h"

#include "common/core/check.h"
#include "common/core/digest.h"

namespace mainstay::sim {

namespace {

// The machine of the coordinator has run for a while already.
constexpr Duration kUptime = 100s;

Bytes sealed(std::string_view context, const Bytes& payload, FakeSigner& signer) {
  auto envelope = seal(context, payload, signer);
  CHECK(envelope.has_value());
  return std::move(*envelope);
}

}  // namespace

Centre::Centre(Ports ports, const Options& options)
    : ports_(std::move(ports)),
      options_(options),
      signer_(dispatch_key),
      disk_(ports_.timeline, [](const CoordinatorRow& row) { return key_of(row); }) {
  disk_.commit_max = options.commit_max;
  disk_.on_durable = [this](const CoordinatorRow& row) { ports_.checkers.row_durable(row); };
  disk_.on_step_durable = [this] { ports_.checkers.step_durable(); };
}

Now Centre::now() const {
  return {.mono = instant_from_ms((kUptime + ports_.timeline.now()).count()),
          .wall = ports_.timeline.wall() + skew};
}

void Centre::start() {
  if (driver_) return;
  ++life_;
  std::vector<CoordinatorRow> rows;
  for (const auto& [key, row] : disk_.rows()) rows.push_back(row);
  driver_ = std::make_unique<Driver<coordinator::Core>>(
      coordinator::restore(std::move(rows)), limits, Rng(ports_.timeline.rng.next()),
      Driver<coordinator::Core>::Ports{
          .store = disk_,
          .encode = [this](const Write<CoordinatorRow>& write) { return disk_.encode(write); },
          .run = [this](coordinator::Command command) { run(std::move(command)); },
          .log = log_});
  ports_.checkers.centre_starts();
  ports_.timeline.tell("coordinator starts");
  handle(coordinator::Restarted{});
  ports_.started();
  tick();
}

void Centre::crash(std::string_view why) {
  if (!driver_) return;
  ++life_;
  disk_.crash();
  driver_.reset();
  ports_.timeline.tell(why.empty() ? "coordinator dies" : "coordinator dies " + std::string(why));
}

void Centre::later(std::move_only_function<void()> action) {
  ports_.timeline.after(1ms, [this, life = life_, action = std::move(action)]() mutable {
    if (life == life_) action();
  });
}

void Centre::tick() {
  ports_.timeline.after(2s * options_.pace, [this, life = life_] {
    if (life != life_) return;
    handle(coordinator::Ticked{});
    find_exposures();
    tick();
  });
}

void Centre::find_exposures() {
  if (!exposures_.chance(options_.expose)) return;
  coordinator::ExposuresSeen seen;
  for (std::uint64_t i = 1 + exposures_.below(3); i > 0; --i) {
    const bool is_gone = exposures_.chance(300);
    seen.exposures.push_back({.vulnerability = "CVE-2026-100" + std::to_string(exposures_.below(6)),
                              .release = "debian:12",
                              .has_fix = !is_gone && exposures_.chance(600),
                              .is_urgent = exposures_.chance(500),
                              .is_gone = is_gone});
    // A list may name any day, also one to come; it follows from the time, so that no other chance
    // changes.
    const std::int64_t turn = to_ms(now().wall) / 1000 + static_cast<std::int64_t>(i);
    if (turn % 10 >= 3) continue;
    seen.exposures.back().published = now().wall + std::chrono::hours(turn % 200 - 150);
  }
  handle(std::move(seen));
}

void Centre::handle(const coordinator::Event& event) {
  ports_.timeline.mix(coordinator::name_of(event));
  driver_->handle(event, now());
}

void Centre::gate_joined(const LinkKey& gate, std::uint64_t list_number) {
  if (!driver_) return;
  handle(coordinator::GateJoined{
      .gate = gate, .mode = GateMode::Hosts, .admitted_number = list_number});
}

void Centre::hear(const LinkKey& gate, const LinkKey& link, ByteView frame) {
  if (!driver_) return;
  auto message = decode<HostMessage>(frame);
  if (!message) return;  // counted by the real shell
  if (const auto* record = std::get_if<RecordMessage>(&*message)) {
    hear_record(link, record->record);
    return;
  }
  if (const auto host = state().links.find(link); host != state().links.end()) {
    if (const auto* hello = std::get_if<Hello>(&*message)) {
      ports_.checkers.boot_heard(host->second, hello->boot);
    } else if (const auto* report = std::get_if<Report>(&*message)) {
      ports_.checkers.boot_heard(host->second, report->boot);
    }
  }
  if (const auto* rejection = std::get_if<Rejection>(&*message)) {
    ports_.timeline.tell(short_name(rejection->attempt) + " rejected: " + rejection->reason);
  }
  handle(coordinator::HostSaid{.link = link, .gate = gate, .message = std::move(*message)});
}

void Centre::hear_record(const LinkKey& link, const Bytes& record) {
  const auto host = state().links.find(link);
  if (host == state().links.end()) return;
  const PublicKey keys[] = {state().hosts.at(host->second).row.record_key};
  const Digest digest = sha256(record);
  if (auto outcome = verifier_.open_stored<Outcome>(record, context::kOutcome, keys)) {
    handle(coordinator::RecordArrived{.link = link, .record = *outcome, .digest = digest});
  } else if (auto closed = verifier_.open_stored<ClosedRecord>(record, context::kClosed, keys)) {
    handle(coordinator::RecordArrived{.link = link, .record = *closed, .digest = digest});
  }
}

void Centre::ask(const RequestAct& act) {
  ask(act, public_key("ana"));
}

void Centre::ask(const RequestAct& act, const PublicKey& who) {
  if (!driver_) return;
  OperatorRequest request{
      .header = {.required_features = {}, .not_after = now().wall + 60s}, .nonce = {}, .act = act};
  for (auto& byte : request.nonce.value)
    byte = static_cast<std::byte>(ports_.timeline.rng.below(256));
  FakeSigner by(who);
  const Bytes envelope = sealed(context::kRequest, encode(request), by);
  auto document =
      verifier_.open<OperatorRequest>(envelope, context::kRequest, operators(), now().wall);
  auto enclosed = opened(act);
  if (!document || !enclosed) {
    answer_ = document ? enclosed.error().detail : document.error().detail;
    ports_.timeline.tell("refused: " + answer_);
    return;
  }
  handle(coordinator::RequestArrived{.request = ++requests_,
                                     .operator_link = link_key("operator"),
                                     .document = *document,
                                     .enclosed = *enclosed});
}

std::vector<PublicKey> Centre::operators() const {
  std::vector<PublicKey> keys;
  for (const auto& entry : state().roster->roster.operators) keys.push_back(entry.key);
  return keys;
}

Result<coordinator::Enclosed> Centre::opened(const RequestAct& act) const {
  using coordinator::Enclosed;
  if (const auto* approve = std::get_if<ApprovePlan>(&act)) {
    TRY(auto head,
        verifier_.open<PlanHead>(approve->head, context::kPlanHead, operators(), now().wall));
    return Enclosed(
        coordinator::ApprovedHead{.plan = sha256(peek(approve->head)->payload), .head = head});
  }
  if (const auto* control = std::get_if<AddControl>(&act)) {
    TRY(auto statement, verifier_.open<ControlStatement>(control->statement, context::kControl,
                                                         operators(), now().wall));
    std::optional<Verified<Roster>> roster;
    if (const auto* next = std::get_if<NewRoster>(&statement->act)) {
      TRY(roster, verifier_.open<Roster>(next->roster, context::kRoster, operators(), now().wall));
    }
    return Enclosed(coordinator::OpenedControl{.statement = statement, .roster = roster});
  }
  return Enclosed(std::monostate{});
}

void Centre::run(coordinator::Command command) {
  ports_.timeline.mix(coordinator::name_of(command));
  std::visit([this](const auto& order) { carry_out(order); }, command);
}

void Centre::carry_out(const coordinator::Answer& order) {
  answer_ = order.text;
  ports_.timeline.tell("answer: " + order.text);
}

void Centre::carry_out(const coordinator::SendOrder& order) {
  send(order.host,
       std::visit([](const auto& small) { return encode(HostOrder(small)); }, order.order));
}

// One envelope with the signatures of all who approved.
Bytes Centre::merged_head(const coordinator::Plan& plan) const {
  SignedDocument merged{.context = std::string(context::kPlanHead),
                        .payload = plan.row.head_payload,
                        .signatures = {}};
  for (const auto& approval : plan.row.approvals) {
    const auto document = peek(approval.document);
    for (const auto& signature : document->signatures) {
      merged.signatures.push_back(signature);
    }
  }
  return encode(merged);
}

void Centre::carry_out(const coordinator::SendDispatches& order) {
  std::vector<Bytes> permits;
  std::vector<Digest> leaves;
  for (const auto& item : order.items) {
    if (!item.permit) continue;
    permits.push_back(encode(*item.permit));
    leaves.push_back(leaf_digest(permits.back()));
  }
  PermitBatch batch{
      .header = {.required_features = {}, .not_after = now().wall + 10min * options_.pace},
      .term = order.term,
      .root = {},
      .audit = order.audit};
  Bytes envelope;
  if (!permits.empty()) {
    batch.root = root_of(leaves);
    envelope = sealed(context::kPermits, encode(batch), signer_);
  }
  std::uint32_t place = 0;
  for (const auto& item : order.items) {
    const coordinator::Plan& plan = state().plans.at(item.attempt.plan);
    std::vector<Digest> tree;
    for (const auto& leaf : plan.leaves) tree.push_back(leaf_digest(leaf.bytes));
    Dispatch dispatch{.attempt = item.attempt,
                      .head = merged_head(plan),
                      .leaf = plan.leaves.at(item.leaf).bytes,
                      .proof = proof_of(tree, item.leaf),
                      .permit = std::nullopt};
    if (item.permit) {
      dispatch.permit =
          PermitSlip{.batch = envelope, .permit = permits[place], .proof = proof_of(leaves, place)};
      ++place;
    }
    ports_.checkers.dispatch_left(item.attempt, item.permit, order.audit);
    send(item.host, encode(HostOrder(DispatchMessage{std::move(dispatch)})),
         item.permit.has_value());
  }
}

void Centre::carry_out(const coordinator::SendAcknowledgement& order) {
  ports_.checkers.acknowledgement_left(order.attempt, order.record);
  const Acknowledgement document{
      .header = {.required_features = {}, .not_after = now().wall + 10min * options_.pace},
      .attempt = order.attempt,
      .record = order.record,
      .term = order.term};
  send(order.host, encode(HostOrder(AcknowledgementMessage{
                       sealed(context::kAcknowledgement, encode(document), signer_)})));
}

void Centre::carry_out(const coordinator::SendBeacon& order) {
  const Bytes frame =
      encode(HostOrder(BeaconMessage{sealed(context::kBeacon, encode(order.beacon), signer_)}));
  std::map<LinkKey, std::vector<LinkKey>> by_gate;
  for (const auto& [link, id] : state().links) {
    const LinkKey& gate = state().hosts.at(id).sight.gate;
    if (!gate.is_zero()) by_gate[gate].push_back(link);  // else it was not heard in this life
  }
  for (auto& [gate, links] : by_gate) {
    ports_.send(gate, ToHosts{.links = std::move(links), .starts = false, .frame = frame});
  }
}

void Centre::carry_out(const coordinator::SendAdmitted& order) {
  const Bytes list = sealed(context::kAdmitted, encode(order.keys), signer_);
  for (const LinkKey& gate : gates) {
    for (Part& part : split(list)) ports_.send(gate, AdmittedPart{.part = std::move(part)});
  }
}

/// By the gate that its host was heard from; by all of them if none was.
void Centre::send(const LinkKey& host, Bytes frame, bool starts) {
  const ToHosts order{.links = {host}, .starts = starts, .frame = std::move(frame)};
  const auto link = state().links.find(host);
  if (link != state().links.end()) {
    const LinkKey& gate = state().hosts.at(link->second).sight.gate;
    if (!gate.is_zero()) return ports_.send(gate, order);
  }
  for (const LinkKey& gate : gates) ports_.send(gate, order);
}

void Centre::carry_out(const coordinator::FreezePlan& order) {
  coordinator::PlanFrozen frozen{
      .draft = order.draft, .plan = {}, .head = order.head, .head_payload = {}, .leaves = {}};
  std::vector<Digest> digests;
  for (const auto& leaf : order.leaves) {
    frozen.leaves.push_back(encode(leaf));
    digests.push_back(leaf_digest(frozen.leaves.back()));
  }
  frozen.head.leaves_root = root_of(digests);
  frozen.head_payload = encode(frozen.head);
  frozen.plan = sha256(frozen.head_payload);
  later([this, frozen = std::move(frozen)] { handle(frozen); });
}

void Centre::carry_out(const coordinator::GoOn&) {
  later([this] { handle(coordinator::WentOn{}); });
}

}  // namespace mainstay::sim
