// A host's executor core and everybody it listens to, with real keys; for tests only.
#pragma once

#include <gtest/gtest.h>

#include "agent/executor/core/journal.h"
#include "common/core/digest.h"
#include "common/crypto/signers.h"
#include "common/wire/open.h"

namespace mainstay::executor {

inline constexpr WallTime kToday = wall_from_ms(1'795'000'000'000);
inline constexpr Duration kDay = std::chrono::hours(24);

struct Key {
  crypto::KeySigner signer{crypto::SigningKey::generate()};
  PublicKey key() const { return signer.key(); }
};

class TestWorld {
 public:
  TestWorld() {
    roster.number = RosterNumber{1};
    roster.header.not_after = kToday + 365 * kDay;
    roster.recovery = recovery.key();
    add_operator("ana", ana, Role::Admin);
    journal.boot.value.fill(std::byte{7});
    journal.record_key = record.key();
    journal.dispatch_key = dispatch.key();
    journal.roster = roster;
    now = {.mono = instant_from_ms(1'000'000), .wall = kToday};
    head.name = "november";
    head.header.not_after = kToday + kDay;
    head.steps = {{.task = PatchStep{}}, {.task = CheckStep{{"/bin/true"}}}};
    head.host_count = 2;
    leaf.host = *HostId::parse("web-1");
    leaf.record_key = record.key();
    leaf.packages = {{.name = "nginx:amd64", .version = "1.2"}};
  }

  void add_operator(std::string name, const Key& key, Role role, std::string scope = "") {
    roster.operators.push_back({.name = std::move(name),
                                .key = key.key(),
                                .link = {},
                                .role = role,
                                .scope = std::move(scope),
                                .expires = kToday + 300 * kDay});
    journal.roster = roster;
  }

  template <class T>
  Bytes sealed(const T& value, std::string_view context, std::vector<Key*> by) const {
    auto envelope = seal(context, encode(value), by.at(0)->signer);
    EXPECT_TRUE(envelope);
    for (std::size_t i = 1; i < by.size(); ++i) {
      envelope = add_signature(*envelope, by[i]->signer);
    }
    return *envelope;
  }
  /// Signed and opened again, everybody who signs being known.
  template <class T>
  Verified<T> verified(const T& value, std::string_view context, std::vector<Key*> by) const {
    std::vector<PublicKey> known;
    for (const Key* key : by) known.push_back(key->key());
    auto document =
        Verifier(check).open_stored<T>(sealed(value, context, std::move(by)), context, known);
    if (!document) ADD_FAILURE() << document.error().detail;
    return *std::move(document);
  }

  ExecutorEffects feed(const ExecutorEvent& event) {
    auto effects = step(journal, event, limits, now, rng);
    last = effects;
    return effects;
  }
  void advance(Duration by) {
    now.mono += by;
    now.wall += by;
  }

  void enrol() {
    HostBinding binding;
    binding.header.not_after = kToday + kDay;
    binding.host = leaf.host;
    binding.record_key = record.key();
    feed(BindingOffered{verified(binding, context::kBinding, {&dispatch})});
    feed(LabelsOffered{verified(labels(1), context::kLabels, {&ana})});
    ASSERT_EQ(journal.host.host, leaf.host);
  }
  LabelCertificate labels(std::uint32_t serial) const {
    LabelCertificate certificate;
    certificate.header.not_after = kToday + kDay;
    certificate.host = leaf.host;
    certificate.serial = serial;
    certificate.labels = {{"region", "eu"}, {"role", "web"}};
    return certificate;
  }
  Beacon beacon_now() {
    Beacon beacon;
    beacon.header.not_after = now.wall + std::chrono::minutes(1);
    beacon.term = term;
    beacon.sequence = ++sequence;
    beacon.wall = now.wall;
    beacon.roster = journal.roster.number;
    beacon.control_number = journal.host.control_number;
    beacon.control_head = journal.host.control_head;
    return beacon;
  }
  void hear_beacon() { feed(BeaconOffered{verified(beacon_now(), context::kBeacon, {&dispatch})}); }
  ControlStatement statement(ControlAct act) const {
    ControlStatement next;
    next.header.not_after = kToday + kDay;
    next.number = ControlNumber{journal.host.control_number.value + 1};
    next.previous = journal.host.control_head;
    next.act = std::move(act);
    next.signed_at = now.wall;
    return next;
  }
  void control(ControlAct act, std::vector<Key*> by) {
    feed(ControlOffered{
        .statement = verified(statement(std::move(act)), context::kControl, std::move(by)),
        .roster = std::nullopt});
  }

  Permit permit_for(const AttemptId& attempt) const {
    return {.attempt = attempt,
            .term = term,
            .boot = journal.boot,
            .not_after = now.mono + std::chrono::seconds(120)};
  }
  ProvenPermit in_batch(const Permit& permit, Key& by) const {
    const Bytes bytes = encode(permit);
    const std::vector<Digest> leaves = {leaf_digest(to_bytes("another")), leaf_digest(bytes)};
    PermitBatch batch;
    batch.header.not_after = now.wall + std::chrono::minutes(5);
    batch.term = permit.term;
    batch.root = root_of(leaves);
    return {.batch = verified(batch, context::kPermits, {&by}),
            .bytes = bytes,
            .permit = permit,
            .proof = proof_of(leaves, 1)};
  }
  /// Step 0 is the patch, step 1 a check. All as it should be; tests then spoil one thing.
  DispatchOffered offer(std::uint16_t step = 0, std::uint16_t number = 1) {
    return offer_signed_by({&ana}, step, number);
  }
  DispatchOffered offer_signed_by(std::vector<Key*> by, std::uint16_t step = 0,
                                  std::uint16_t number = 1) {
    const Bytes leaf_bytes = encode(leaf);
    const std::vector<Digest> leaves = {leaf_digest(leaf_bytes), leaf_digest(to_bytes("other"))};
    head.leaves_root = root_of(leaves);
    const PlanId plan = sha256(encode(head));
    const AttemptId attempt{.plan = plan, .step = step, .host = leaf.host, .number = number};
    DispatchOffered offered{.attempt = attempt,
                            .dispatch = sha256(as_bytes("frame")),
                            .plan = plan,
                            .head = verified(head, context::kPlanHead, std::move(by)),
                            .leaf_bytes = leaf_bytes,
                            .leaf = leaf,
                            .proof = proof_of(leaves, 0),
                            .permit = std::nullopt};
    if (step == 0) offered.permit = in_batch(permit_for(attempt), dispatch);
    return offered;
  }

  /// As if step 0 of the plan had ended so on this host.
  void end_first_step(bool succeeded = true) {
    const DispatchOffered first = offer();
    AttemptEntry& entry = journal.attempts[first.attempt];
    entry.row.attempt = first.attempt;
    entry.row.phase = AttemptPhase::Closed;
    entry.row.step = head.steps[0];
    entry.row.record = to_bytes("signed");
    entry.row.succeeded = succeeded;
  }

  /// Of the last step's commands, the only one of this kind; null if there is none.
  template <class C>
  const C* ordered() const {
    for (const auto& command : last.commands) {
      if (const auto* found = std::get_if<C>(&command)) return found;
    }
    return nullptr;
  }
  template <class M>
  const M* told() const {
    for (const auto& command : last.commands) {
      const auto* tell = std::get_if<TellAgent>(&command);
      if (tell == nullptr) continue;
      if (const auto* found = std::get_if<M>(&tell->message)) return found;
    }
    return nullptr;
  }
  std::string rejection() const {
    const auto* found = told<Rejection>();
    return found == nullptr ? "" : found->reason;
  }
  const ClosedRecord* closing() const {
    const auto* sign = ordered<SignRecord>();
    return sign == nullptr ? nullptr : std::get_if<ClosedRecord>(&sign->record);
  }
  const Outcome* outcome() const {
    const auto* sign = ordered<SignRecord>();
    return sign == nullptr ? nullptr : std::get_if<Outcome>(&sign->record);
  }
  AttemptPhase phase(const AttemptId& attempt) const {
    return journal.attempts.at(attempt).row.phase;
  }
  void sign_last() {
    const auto* sign = ordered<SignRecord>();
    ASSERT_NE(sign, nullptr);
    const Bytes record_bytes = to_bytes("signed " + short_name(sign->attempt));
    feed(RecordSigned{
        .attempt = sign->attempt, .record = record_bytes, .digest = sha256(record_bytes)});
  }
  void acknowledge(const AttemptId& attempt, Key& by) {
    Acknowledgement ack;
    ack.header.not_after = now.wall + kDay;
    ack.attempt = attempt;
    ack.record = journal.attempts.at(attempt).row.record_digest;
    ack.term = term;
    feed(AcknowledgementOffered{verified(ack, context::kAcknowledgement, {&by})});
  }

  Key ana;
  Key ben;
  Key recovery;
  Key dispatch;
  Key record;
  crypto::Ed25519Check check;
  Roster roster;
  Journal journal;
  ExecutorLimits limits;
  Now now{};
  Rng rng{1};
  PlanHead head;
  Leaf leaf;
  Term term{5};
  std::uint64_t sequence = 0;
  ExecutorEffects last;
};

}  // namespace mainstay::executor
