#include "tests/simulation/thief.h"

#include "common/core/digest.h"
#include "common/plan/merkle.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::sim {

namespace {

constexpr std::size_t kHeardMax = 300;
constexpr std::size_t kListsMax = 8;
constexpr int kRushMax = 24;
// A key may have a burst of 200.
constexpr std::size_t kFlood = 240;
constexpr std::uint32_t kNoSuchFeature = 9999;

}  // namespace

Thief::Thief(World& world) : world_(world) {
  if (world.options.thief == 0 && world.options.liar == 0) return;
  world.overhear_to_host = [this](const LinkKey& link, const Bytes& frame) {
    keep(to_hosts_, link, frame);
  };
  world.overhear_to_centre = [this](const LinkKey& link, const Bytes& frame) {
    keep(to_centre_, link, frame);
  };
  world.overhear_list = [this](const Part& part) {
    lists_.push_back(part);
    if (lists_.size() > kListsMax) lists_.pop_front();
  };
}

void Thief::keep(std::deque<Heard>& all, const LinkKey& link, const Bytes& frame) {
  all.push_back({link, frame});
  if (all.size() > kHeardMax) all.pop_front();
}

void Thief::round() {
  const Duration round = kRound * world_.options.pace;
  if (world_.timeline.rng.chance(world_.options.thief)) {
    world_.timeline.within(round, [this] { act(); });
  }
  if (world_.timeline.rng.chance(world_.options.liar)) {
    world_.timeline.within(round, [this] { lie(); });
  }
}

void Thief::act() {
  switch (below(7)) {
    case 0:
      replay();
      break;
    case 5:
      rush();
      break;
    case 6:
      send_old_list();
      break;
    case 1:
      start_unsigned();
      break;
    case 2:
      widen();
      break;
    case 3:
      state_unknown();
      break;
    default:
      relabel();
      break;
  }
}

void Thief::replay() {
  if (to_hosts_.empty()) return;
  const Heard heard = to_hosts_[below(to_hosts_.size())];
  const LinkKey link = below(2) == 0 ? heard.link : any_host().link();
  Bytes frame = heard.frame;
  if (below(4) == 0) frame[below(frame.size())] ^= std::byte{0x10};
  world_.timeline.tell("thief: replays a frame");
  world_.to_host(link, frame);
}

void Thief::rush() {
  world_.timeline.tell("thief: sends all starts at once");
  std::vector<Heard> starts;
  for (auto heard = to_hosts_.rbegin(); heard != to_hosts_.rend(); ++heard) {
    const auto order = decode<HostOrder>(heard->frame);
    const auto* message = order ? std::get_if<DispatchMessage>(&*order) : nullptr;
    if (message != nullptr && message->dispatch.permit) starts.push_back(*heard);
  }
  for (int i = 0; i < kRushMax && !starts.empty(); ++i) {
    const Heard& start = starts[below(starts.size())];
    world_.to_host(start.link, start.frame);
  }
}

void Thief::send_old_list() {
  if (lists_.empty()) return;
  world_.timeline.tell("thief: sends an old list of keys");
  const AdmittedPart old{lists_[below(lists_.size())]};
  for (auto& gate : world_.gates) gate->obey(old);
}

/// A permit as the coordinator itself would sign it for this attempt, here and now.
void Thief::dispatch(Host& host, const Bytes& head, Leaf leaf, MerkleProof proof) {
  const executor::Journal* journal = host.journal();
  if (journal == nullptr) return;
  const AttemptId attempt{.plan = sha256(peek(head)->payload),
                          .step = 0,
                          .host = host.id(),
                          .number = static_cast<std::uint16_t>(1 + below(2))};
  const Permit permit{.attempt = attempt,
                      .term = journal->host.term_seen,
                      .boot = journal->boot,
                      .not_after = host.now().mono + 100s * world_.options.pace};
  const Bytes bytes = encode(permit);
  const std::vector<Digest> alone = {leaf_digest(bytes)};
  const PermitBatch batch{
      .header = {.required_features = {},
                 .not_after = world_.timeline.wall() + 5min * world_.options.pace},
      .term = permit.term,
      .root = root_of(alone),
      .audit = {}};
  Dispatch order{.attempt = attempt,
                 .head = head,
                 .leaf = encode(leaf),
                 .proof = std::move(proof),
                 .permit = PermitSlip{.batch = *seal(context::kPermits, encode(batch), stolen_),
                                      .permit = bytes,
                                      .proof = proof_of(alone, 0)}};
  world_.to_host(host.link(), encode(HostOrder(DispatchMessage{std::move(order)})));
}

void Thief::start_unsigned() {
  Host& host = any_host();
  const Leaf leaf{.host = host.id(),
                  .record_key = host.record_key(),
                  .region = host.certificate().labels.at("region"),
                  .zone = host.certificate().labels.at("zone"),
                  .wave = 0,
                  .packages = {{"openssl:amd64", "6.6.6"}}};
  PlanHead head = world_.plan("stolen");
  head.header.not_after = world_.timeline.wall() + 20h;
  head.host_count = 1;
  const std::vector<Digest> alone = {leaf_digest(encode(leaf))};
  head.leaves_root = root_of(alone);
  // Eve may only look.
  static constexpr std::array<std::string_view, 3> kSigners = {"dispatch", "nobody", "eve"};
  FakeSigner nobody(public_key(kSigners.at(below(kSigners.size()))));
  world_.timeline.tell("thief: dispatches a plan of his own to " + host.id().text());
  dispatch(host, *seal(context::kPlanHead, encode(head), nobody), leaf, proof_of(alone, 0));
}

/// A plan that was approved, for a host that it does not name.
void Thief::widen() {
  if (!world_.centre.is_up()) return;
  for (const auto& [id, plan] : world_.centre.state().plans) {
    if (plan.row.approvals.empty() || plan.leaves.empty()) continue;
    Host& host = *world_.host("db-eu-1");
    Leaf leaf = plan.leaves.front().leaf;
    leaf.host = host.id();
    leaf.record_key = host.record_key();
    std::vector<Digest> tree;
    for (const auto& row : plan.leaves) tree.push_back(leaf_digest(row.bytes));
    world_.timeline.tell("thief: widens " + plan.row.head.name);
    dispatch(host, plan.row.approvals.front().document, leaf, proof_of(tree, 0));
    return;
  }
}

/// Signed by an operator for a version that does not exist yet; it must not be half understood.
void Thief::state_unknown() {
  if (!world_.centre.is_up()) return;
  const auto& chain = world_.centre.state().control;
  ControlStatement statement;
  statement.header.required_features = {kNoSuchFeature};
  statement.header.not_after = world_.timeline.wall() + 24h;
  statement.signed_at = world_.timeline.wall();
  statement.number = {chain.empty() ? 1 : chain.back().number.value + 1};
  if (!chain.empty()) statement.previous = chain.back().digest;
  statement.act = AbortPlan{.plan = sha256(as_bytes("some plan")), .reason = "unknown"};
  FakeSigner ana(public_key("ana"));
  const Bytes envelope = *seal(context::kControl, encode(statement), ana);
  world_.checkers.unknown_made(sha256(envelope));
  world_.timeline.tell("thief: sends a statement of a later version");
  world_.to_host(any_host().link(), encode(HostOrder(ControlMessage{envelope})));
  world_.centre.ask(AddControl{envelope});
}

/// Labels by the coordinator's key, and real ones of before.
void Thief::relabel() {
  Host& host = any_host();
  LabelCertificate certificate = host.certificate();
  certificate.serial += 1 + static_cast<std::uint32_t>(below(3));
  certificate.labels["role"] = "web";
  world_.timeline.tell("thief: relabels " + host.id().text());
  const Bytes forged = *seal(context::kLabels, encode(certificate), stolen_);
  world_.to_host(host.link(), encode(HostOrder(LabelMessage{forged})));
  world_.to_host(host.link(), encode(HostOrder(LabelMessage{host.label_document()})));
}

// ---- the liar

void Thief::lie() {
  Host& liar = any_host();
  if (to_centre_.empty()) return;
  const std::uint64_t how = below(9);
  if (how == 0) return flood(liar);
  const Heard heard = to_centre_[below(to_centre_.size())];
  world_.timeline.tell("liar: " + liar.id().text() + " speaks for another");
  if (how < 5) return world_.to_centre(liar.link(), heard.frame);
  claim_success(liar);
}

void Thief::flood(Host& liar) {
  world_.timeline.tell("liar: " + liar.id().text() + " floods its gate");
  world_.flood(liar, kFlood);
}

void Thief::claim_success(Host& liar) {
  // Says of an open attempt of another host that it went well, under its own key.
  if (!world_.centre.is_up()) return;
  for (const auto& [id, rollout] : world_.centre.state().rollouts) {
    for (const auto& [host, target] : rollout.targets) {
      if (target.row.phase != TargetPhase::Working || host == liar.id()) continue;
      Outcome outcome;
      outcome.attempt = coordinator::attempt_of(rollout, target);
      outcome.kind = OutcomeKind::Succeeded;
      const Bytes record = *seal(context::kOutcome, encode(outcome), liar.record_signer());
      world_.to_centre(liar.link(), encode(HostMessage(RecordMessage{record})));
      return;
    }
  }
}

}  // namespace mainstay::sim
