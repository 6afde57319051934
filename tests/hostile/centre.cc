// A coordinator whose keys were stolen, at the executor's own socket: it has the dispatch key, the
// plans that operators signed and all that passed over the wire. It tries to have more done than
// was signed, elsewhere, in another order, at another time. One line a trial: `name: answer`.
//   centre --socket SOCKET --uid UID --key DISPATCH.KEY --dispatch TAPED --other TAPED
//          --beacon TAPED --config AGENT.CONF
// The dispatch is of step 0, a check, of a plan whose step 1 is a patch; the other one is for
// another host of the same plan.
#include "common/core/digest.h"
#include "common/loop/boot_id.h"
#include "common/loop/clock.h"
#include "common/wire/open.h"
#include "tests/hostile/executor_link.h"
#include "tests/hostile/host_peer.h"
#include "tests/hostile/thief.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

namespace {

template <class Offer>
Offer taped(const Arguments& arguments, const std::string& name) {
  Taped tape = read_tape(arguments.text(name));
  auto* offer = std::get_if<Offer>(&tape.request);
  if (offer == nullptr) give_up("--" + name + ": another kind of request");
  return std::move(*offer);
}

template <class T>
T payload_of(const Bytes& envelope) {
  return must(decode<T>(must(peek(envelope)).payload));
}

Loot loot_of(const Arguments& arguments) {
  return {.dispatch_key = arguments.text("key"),
          .own = taped<OfferDispatch>(arguments, "dispatch").dispatch,
          .beacon = payload_of<Beacon>(taped<OfferBeacon>(arguments, "beacon").beacon),
          .boot = must(loop::boot_id())};
}

class Centre {
 public:
  explicit Centre(const Arguments& arguments)
      : arguments_(arguments),
        executor_(arguments.text("socket"), static_cast<uid_t>(arguments.number("uid", 0))),
        thief_(loot_of(arguments)),
        record_key_(executor_.state().record_key) {}

  void run() {
    say_beacon(thief_.next_beacon());
    bend_plans();
    bend_leaves();
    bend_attempts();
    bend_permits();
    bend_times();
    bend_clocks();
    forge_documents();
  }

 private:
  void trial(std::string_view name, const Dispatch& dispatch) {
    say(name, executor_.answer_to(dispatch));
  }
  [[nodiscard]] Dispatch own() const { return thief_.loot().own; }
  void say_beacon(const Beacon& beacon) {
    const Bytes envelope = thief_.sealed(context::kBeacon, encode(beacon));
    if (!executor_.send(encode(ExecutorRequest(OfferBeacon{envelope})))) give_up("hung up");
  }

  /// A plan of its own: another head over a tree of its own, in the name of each key it has.
  void bend_plans() {
    PlanHead head = payload_of<PlanHead>(own().head);
    Leaf leaf = must(decode<Leaf>(own().leaf));
    leaf.packages = {{.name = "webd:amd64", .version = "6.6.6"}};
    const std::vector<Digest> alone = {leaf_digest(encode(leaf))};
    head.leaves_root = root_of(alone);
    head.host_count = 1;
    head.steps = {{.task = PatchStep{}}};
    Dispatch replanned = own();
    replanned.attempt.plan = sha256(encode(head));
    replanned.leaf = encode(leaf);
    replanned.proof = proof_of(alone, 0);
    replanned.head = thief_.sealed(context::kPlanHead, encode(head));
    trial("replanned, signed by the centre", thief_.permitted(replanned));
    SignedDocument kept = must(peek(own().head));
    kept.payload = encode(head);
    replanned.head = encode(kept);
    trial("replanned, under the operator's signature", thief_.permitted(replanned));
    kept = must(peek(identity_of(arguments_.text("config")).labels));
    replanned.head = encode(kept);
    trial("another document that an operator signed", thief_.permitted(replanned));
    kept.context = std::string(context::kPlanHead);
    replanned.head = encode(kept);
    trial("the same, called a plan", thief_.permitted(replanned));
  }

  void bend_leaves() {
    Leaf leaf = must(decode<Leaf>(own().leaf));
    leaf.packages.push_back({.name = "zz-unsigned:all", .version = "6.6.6"});
    Dispatch widened = thief_.at_step(1);
    widened.leaf = encode(leaf);
    trial("widened by a package", widened);
    const Dispatch other = taped<OfferDispatch>(arguments_, "other").dispatch;
    trial("for another host", thief_.permitted(other));
    Dispatch relabelled = other;
    relabelled.attempt.host = own().attempt.host;
    trial("another host's leaf", thief_.permitted(relabelled));
    Leaf adopted = must(decode<Leaf>(other.leaf));
    adopted.host = own().attempt.host;
    relabelled.leaf = encode(adopted);
    trial("another host's leaf and key, under this name", thief_.permitted(relabelled));
    adopted.record_key = record_key_;
    relabelled.leaf = encode(adopted);
    trial("another host's place in the tree", thief_.permitted(relabelled));
    Dispatch elsewhere = thief_.at_step(1);
    elsewhere.proof = other.proof;
    trial("another host's proof", elsewhere);
  }

  void bend_attempts() {
    trial("the check left out", thief_.at_step(1));
    trial("a step that is not there", thief_.at_step(9));
    Dispatch zero = own();
    zero.attempt.number = 0;
    trial("attempt number 0", thief_.permitted(zero));
    Dispatch renamed = own();
    renamed.attempt.plan.value[0] ^= std::byte{1};
    trial("under another plan's name", thief_.permitted(renamed));
  }

  void bend_permits() {
    Dispatch dispatch = thief_.at_step(1);
    const Permit good = thief_.permit(dispatch.attempt);
    dispatch.permit.reset();
    trial("no permit", dispatch);
    crypto::KeySigner nobody(crypto::SigningKey::generate());
    dispatch.permit = thief_.slip(good, nobody, std::chrono::minutes(2));
    trial("a permit signed by nobody", dispatch);
    Permit another = good;
    another.attempt.number = 2;
    dispatch.permit = thief_.slip(another);
    trial("a permit of another attempt", dispatch);
    dispatch.permit->permit = encode(good);
    trial("a permit outside its batch", dispatch);
    Permit older = good;
    older.term.value -= 1;
    dispatch.permit = thief_.slip(older);
    trial("a permit of an older term", dispatch);
    older.term.value = 0xffffffff;
    dispatch.permit = thief_.slip(older);
    trial("a permit of a term far ahead", dispatch);
  }

  /// On the host's own clock, and in another boot.
  void bend_times() {
    Dispatch dispatch = thief_.at_step(1);
    Permit permit = thief_.permit(dispatch.attempt);
    permit.boot.value[0] ^= std::byte{1};
    dispatch.permit = thief_.slip(permit);
    trial("a permit of another boot", dispatch);
    permit = thief_.permit(dispatch.attempt);
    permit.not_after = loop::boottime_now() - Duration(1);
    dispatch.permit = thief_.slip(permit);
    trial("a permit that ran out on the host's clock", dispatch);
    permit.not_after = loop::boottime_now() + std::chrono::hours(1);
    dispatch.permit = thief_.slip(permit);
    trial("a permit for an hour", dispatch);
    permit = thief_.permit(dispatch.attempt);
    dispatch.permit = thief_.slip(permit, thief_.signer(), -std::chrono::minutes(1));
    trial("a batch that expired", dispatch);
  }

  /// Wall clocks an hour apart, both ways; a centre that hides statements and rosters.
  void bend_clocks() {
    const auto told = [&](std::string_view name, auto bend) {
      Beacon beacon = thief_.next_beacon();
      bend(beacon);
      say_beacon(beacon);
      trial(name, thief_.at_step(1));
    };
    told("the centre's clock an hour ahead", [](Beacon& b) { b.wall += std::chrono::hours(1); });
    told("the centre's clock an hour behind", [](Beacon& b) { b.wall -= std::chrono::hours(1); });
    told("a statement kept back", [](Beacon& b) { b.control_number.value += 1; });
    told("a roster kept back", [](Beacon& b) { b.roster.value += 1; });
    told("a beacon of a term far ahead", [](Beacon& b) { b.term.value += 5000; });
    Beacon late = thief_.next_beacon();
    late.header.not_after = loop::walltime_now() - Duration(1);
    say_beacon(late);
    trial("a beacon that expired", thief_.at_step(1));
    say_beacon(thief_.next_beacon());
  }

  void offer(std::string_view name, const ExecutorRequest& request) {
    if (!executor_.send(encode(request))) give_up("hung up");
    const ExecutorState state = executor_.state();
    say(name, "labels " + std::to_string(state.label_serial_seen) + " statements " +
                  std::to_string(state.control_seen.value) + " roster " +
                  std::to_string(state.roster_seen.value));
  }

  /// What only operators may say, in the name of the coordinator's key.
  void forge_documents() {
    LabelCertificate labels =
        payload_of<LabelCertificate>(identity_of(arguments_.text("config")).labels);
    labels.serial += 1;
    labels.labels["role"] = "db";
    offer("relabelled", OfferLabels{thief_.sealed(context::kLabels, encode(labels))});
    HostBinding binding;
    binding.header.not_after = loop::walltime_now() + std::chrono::hours(24);
    binding.host = taped<OfferDispatch>(arguments_, "other").dispatch.attempt.host;
    binding.record_key = record_key_;
    offer("bound to another name", OfferBinding{thief_.sealed(context::kBinding, encode(binding))});
    ControlStatement lift;
    lift.header.not_after = loop::walltime_now() + std::chrono::hours(24);
    lift.number.value = thief_.loot().beacon.control_number.value + 1;
    lift.previous = thief_.loot().beacon.control_head;
    lift.act = LiftStop{.reason = "never mind"};
    lift.signed_at = loop::walltime_now();
    offer("a STOP lifted", OfferControl{thief_.sealed(context::kControl, encode(lift))});
    Roster roster;
    roster.header = lift.header;
    roster.number.value = thief_.loot().beacon.roster.value + 1;
    roster.operators = {{.name = "eve",
                         .key = thief_.signer().key(),
                         .link = {},
                         .role = Role::Admin,
                         .scope = "",
                         .expires = lift.header.not_after}};
    lift.act = NewRoster{thief_.sealed(context::kRoster, encode(roster))};
    offer("a roster of its own", OfferControl{thief_.sealed(context::kControl, encode(lift))});
    trial("and still, for another host",
          thief_.permitted(taped<OfferDispatch>(arguments_, "other").dispatch));
  }

  const Arguments& arguments_;
  ExecutorLink executor_;
  Thief thief_;
  PublicKey record_key_;
};

}  // namespace

int run_centre(const Arguments& arguments) {
  Centre(arguments).run();
  return 0;
}

/// One dispatch of a given step, permitted by the stolen key: within what was signed it is obeyed.
///   permit --socket SOCKET --uid UID --key DISPATCH.KEY --dispatch TAPED --beacon TAPED
///          [--step N] [--number N] [--times N]
int run_permit(const Arguments& arguments) {
  const ExecutorLink executor(arguments.text("socket"),
                              static_cast<uid_t>(arguments.number("uid", 0)));
  Thief thief(loot_of(arguments));
  Dispatch dispatch = thief.loot().own;
  dispatch.attempt.step = static_cast<std::uint16_t>(arguments.number("step", 0));
  dispatch.attempt.number = static_cast<std::uint16_t>(arguments.number("number", 1));
  const Bytes beacon = thief.sealed(context::kBeacon, encode(thief.next_beacon()));
  if (!executor.send(encode(ExecutorRequest(OfferBeacon{beacon})))) give_up("hung up");
  for (std::uint64_t i = 0; i < arguments.number("times", 1); ++i) {
    // A fresh permit each time, so that none is a mere repetition.
    say("permit", executor.answer_to(thief.permitted(dispatch)));
  }
  return 0;
}

}  // namespace mainstay::hostile
