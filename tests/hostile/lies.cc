// An agent that lies: with the keys of its own host, about itself and about another host's open
// attempt. It has its executor's record key, too, which is more than an agent can have.
//   lies --config AGENT.CONF --record-key FILE --victim TAPED --own TAPED
// The dispatches are of the victim's open attempt and of its own.
#include "common/core/digest.h"
#include "common/crypto/key_file.h"
#include "common/crypto/random.h"
#include "common/crypto/signers.h"
#include "common/loop/clock.h"
#include "common/wire/open.h"
#include "tests/hostile/executor_link.h"
#include "tests/hostile/host_peer.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

namespace {

constexpr int kUnknownRecords = 200;

AttemptId attempt_on(const std::string& path) {
  const Taped tape = read_tape(path);
  const auto* offer = std::get_if<OfferDispatch>(&tape.request);
  if (offer == nullptr) give_up(path + ": no dispatch");
  return offer->dispatch.attempt;
}

BootId random_boot() {
  BootId boot;
  crypto::fill_random(boot.value);
  return boot;
}

Outcome success_of(const AttemptId& attempt) {
  Outcome outcome;
  outcome.header.not_after = loop::walltime_now() + std::chrono::hours(24);
  outcome.attempt = attempt;
  outcome.kind = OutcomeKind::Succeeded;
  outcome.started_at = outcome.finished_at = loop::walltime_now();
  return outcome;
}

class Liar {
 public:
  explicit Liar(const Arguments& arguments)
      : peer_(identity_of(arguments.text("config"))),
        own_key_(must(crypto::load_key(arguments.text("record-key"), std::nullopt))),
        nobody_(crypto::SigningKey::generate()),
        victim_(attempt_on(arguments.text("victim"))),
        own_(attempt_on(arguments.text("own"))) {}

  void run() {
    of_itself();
    of_attempts();
    records();
    unknown_records();
  }

 private:
  void tell(std::string_view name, const HostMessage& message) {
    hostile::say(name, peer_.say(message) ? "sent" : "no connection");
  }
  void record(std::string_view name, const Outcome& outcome, Signer& signer) {
    tell(name, RecordMessage{must(seal(context::kOutcome, encode(outcome), signer))});
  }

  /// Absurd numbers, another boot, clocks at their ends, attempts that are not its own.
  void of_itself() {
    Hello hello = plain_hello(random_boot());
    hello.term_seen.value = hello.control_seen.value = hello.roster_seen.value = 0xffffffff;
    hello.label_serial_seen = 0xffffffff;
    hello.os = std::string(200, 'x');
    hello.open = {{.attempt = victim_, .phase = AttemptPhase::Started}};
    tell("a greeting with numbers at their end", hello);
    Report report = plain_report(random_boot(), 0xffffffffffffffff);
    report.health_at = report.wall = wall_from_ms(253'402'300'799'000);
    report.control_seen = hello.control_seen;
    report.facts = {{.fact = static_cast<Fact>(0), .value = INT64_MAX},
                    {.fact = static_cast<Fact>(5), .value = INT64_MIN}};
    report.open = hello.open;
    tell("a report from the year 9999", report);
    report.health_at = report.wall = WallTime{};
    tell("a report from 1970", report);
  }

  void of_attempts() {
    tell("a rejection of another's attempt",
         Rejection{.attempt = victim_, .dispatch = {}, .reason = "it says no"});
    Part part = split(as_bytes("lies")).front();
    tell("the log of another's attempt", LogPart{.attempt = victim_, .part = std::move(part)});
    tell("an answer to no question",
         ResolveAnswer{.draft = crypto::random_nonce(), .packages = {}, .kept = {}, .refusal = ""});
  }

  void records() {
    record("another's success, under its own key", success_of(victim_), own_key_);
    record("another's success, under nobody's key", success_of(victim_), nobody_);
    record("its own success, under nobody's key", success_of(own_), nobody_);
    ClosedRecord closed;
    closed.header.not_after = loop::walltime_now() + std::chrono::hours(24);
    closed.attempt = victim_;
    closed.closed_at = loop::walltime_now();
    tell("another's attempt closed",
         RecordMessage{must(seal(context::kClosed, encode(closed), own_key_))});
    tell("a record that is no document", RecordMessage{to_bytes("not signed at all")});
    SignedDocument unsigned_one{.context = std::string(context::kOutcome),
                                .payload = encode(success_of(own_)),
                                .signatures = {}};
    tell("a record without a signature", RecordMessage{encode(unsigned_one)});
  }

  /// Of plans that nobody knows, and of attempts that were never made: each validly signed.
  void unknown_records() {
    int sent = 0;
    for (int i = 0; i < kUnknownRecords; ++i) {
      AttemptId attempt = own_;
      if (i % 2 == 0) {
        attempt.plan.value.fill(static_cast<std::byte>(i));
      } else {
        attempt.number = static_cast<std::uint16_t>(1000 + i);
      }
      const Bytes envelope = must(seal(context::kOutcome, encode(success_of(attempt)), own_key_));
      sent += peer_.say(RecordMessage{envelope}) ? 1 : 0;
    }
    hostile::say("records of unknown attempts", std::to_string(sent));
  }

  HostPeer peer_;
  crypto::KeySigner own_key_;
  crypto::KeySigner nobody_;
  AttemptId victim_;
  AttemptId own_;
};

}  // namespace

int run_lies(const Arguments& arguments) {
  Liar liar(arguments);
  liar.run();
  return 0;
}

}  // namespace mainstay::hostile
