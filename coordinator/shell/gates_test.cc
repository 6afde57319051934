// Gates at the coordinator's door, and through them hosts: enrolment, reports, nonsense.
#include <gmock/gmock.h>

#include "common/crypto/key_file.h"
#include "common/wire/sizes.h"
#include "coordinator/shell/test_world.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;

class GatesTest : public ShellWorld {
 protected:
  void SetUp() override {
    initialise_folder();
    start_well();
    const std::string at = folder_ + "/mainstay";
    gate_ = connect(*read_link_key(at + "/gate/link.key"));
    enrolment_ = connect(*read_link_key(at + "/enrolment/link.key"));
    operator_ = connect(ana_.link);
    dispatch_key_ = crypto::load_key(at + "/keys/dispatch.key", std::nullopt)->public_key();
    say(*gate_, GateHello{.mode = GateMode::Hosts, .version = "test", .admitted_number = 0});
  }
  static void say(Peer& peer, const GateMessage& message) {
    CHECK(peer.client->send(encode(message)).has_value());
  }
  void host_says(const HostMessage& message) {
    say(*gate_, FromHost{.link = host_link_.key, .frame = encode(message)});
  }
  /// The frames for hosts that came so far.
  static std::vector<ToHosts> to_hosts(const Peer& peer) {
    std::vector<ToHosts> found;
    for (const Bytes& frame : peer.frames) {
      const auto order = decode<GateOrder>(frame);
      CHECK(order.has_value());
      if (const auto* to = std::get_if<ToHosts>(&*order)) found.push_back(*to);
    }
    return found;
  }
  void add_token() {
    const DocumentHeader header{.required_features = {},
                                .not_after = observe::wall_now() + std::chrono::hours(1)};
    const LabelCertificate labels{.header = header,
                                  .host = *HostId::parse("web-1"),
                                  .serial = 1,
                                  .labels = {{"role", "web"}, {"region", "eu"}}};
    const EnrolmentToken token{.header = header,
                               .host = labels.host,
                               .secret_digest = sha256(secret_.view()),
                               .trust_digest = sha256(as_bytes("trust")),
                               .labels = *seal(context::kLabels, encode(labels), ana_.signer)};
    const Reply reply = change(
        *operator_, ana_, AddToken{.token = *seal(context::kToken, encode(token), ana_.signer)});
    ASSERT_EQ(reply.verdict, Verdict::Done) << reply.text;
  }
  EnrolReply enrol(const fabric::KeyPair& link) {
    const EnrolRequest request{.host = *HostId::parse("web-1"),
                               .secret = secret_,
                               .link_key = link.key,
                               .record_key = record_.key(),
                               .machine = sha256(as_bytes("machine")),
                               .trust_digest = sha256(as_bytes("trust"))};
    const std::size_t before = to_hosts(*enrolment_).size();
    say(*enrolment_, FromHost{.link = link.key, .frame = encode(request)});
    run_until([&] { return to_hosts(*enrolment_).size() > before; });
    const ToHosts answer = to_hosts(*enrolment_).back();
    EXPECT_EQ(answer.links, std::vector{link.key});
    return *decode<EnrolReply>(answer.frame);
  }
  std::string fleet() { return std::string(as_text(read(*operator_, View::Fleet).data)); }

  std::unique_ptr<Peer> gate_;
  std::unique_ptr<Peer> enrolment_;
  std::unique_ptr<Peer> operator_;
  PublicKey dispatch_key_;
  fabric::KeyPair host_link_ = fabric::make_link_keys();
  crypto::KeySigner record_{crypto::SigningKey::generate()};
  Digest secret_ = sha256(as_bytes("secret"));
  BootId boot_{.value = sha256(as_bytes("boot")).value};
  crypto::Ed25519Check check_;
};

TEST_F(GatesTest, AHostEnrolsReportsAndHearsBeacons) {
  add_token();
  const EnrolReply reply = enrol(host_link_);
  ASSERT_EQ(reply.refusal, "");
  const PublicKey trusted[] = {dispatch_key_};
  const auto binding = Verifier(check_).open<HostBinding>(reply.binding, context::kBinding, trusted,
                                                          observe::wall_now());
  ASSERT_TRUE(binding) << binding.error().detail;
  EXPECT_EQ((*binding)->link_key, host_link_.key);

  Hello hello;
  hello.agent_version = "1";
  hello.boot = boot_;
  hello.boottime = instant_from_ms(1000);
  hello.wall = observe::wall_now();
  hello.os = "debian 12";
  hello.architecture = "amd64";
  host_says(hello);
  run_until([&] { return !to_hosts(*gate_).empty(); });
  const ToHosts beacon = to_hosts(*gate_).back();
  EXPECT_EQ(beacon.links, std::vector{host_link_.key});
  EXPECT_TRUE(decode<HostOrder>(beacon.frame).has_value());

  Report report;
  report.sequence = 1;
  report.boot = boot_;
  report.boottime = instant_from_ms(2000);
  report.wall = observe::wall_now();
  report.health_at = observe::wall_now();
  report.facts = {{.fact = Fact::PatchSecurity, .value = 3}};
  host_says(report);
  const std::string host(as_text(read(*operator_, View::Host, "web-1").data));
  EXPECT_THAT(host, HasSubstr(R"("os":"debian 12")"));
  EXPECT_THAT(host, HasSubstr(R"("patch.security":3)"));
  EXPECT_THAT(fleet(), HasSubstr(R"("live":1)"));
}

TEST_F(GatesTest, ATokenUsedAgainWithOtherKeysIsRefused) {
  add_token();
  ASSERT_EQ(enrol(host_link_).refusal, "");
  EXPECT_EQ(enrol(host_link_).refusal, "") << "the same keys get the same answer";
  EXPECT_NE(enrol(fabric::make_link_keys()).refusal, "");
}

TEST_F(GatesTest, TheListOfAdmittedKeysFollowsAnEnrolment) {
  const auto admitted = [&] {
    std::vector<LinkKey> links;
    Assembler assembler(kAdmittedBytesMax);
    for (const Bytes& frame : gate_->frames) {
      const auto order = decode<GateOrder>(frame);
      const auto* part = order ? std::get_if<AdmittedPart>(&*order) : nullptr;
      if (part == nullptr) continue;
      const auto whole = assembler.add(part->part);
      if (!whole || !*whole) continue;
      const PublicKey trusted[] = {dispatch_key_};
      const auto list = Verifier(check_).open<AdmittedKeys>(**whole, context::kAdmitted, trusted,
                                                            observe::wall_now());
      EXPECT_TRUE(list) << list.error().detail;
      if (list) links = (*list)->links;
    }
    return links;
  };
  add_token();
  ASSERT_EQ(enrol(host_link_).refusal, "");
  run_until([&] { return admitted() == std::vector{host_link_.key}; });
}

TEST_F(GatesTest, NonsenseOfHostsAndGatesIsDropped) {
  add_token();
  ASSERT_EQ(enrol(host_link_).refusal, "");
  ASSERT_TRUE(gate_->client->send(to_bytes("nonsense")));
  say(*gate_, FromHost{.link = host_link_.key, .frame = to_bytes("nonsense")});
  say(*gate_,
      FromHost{.link = fabric::make_link_keys().key, .frame = encode(HostMessage(Hello{}))});
  say(*enrolment_, FromHost{.link = host_link_.key, .frame = to_bytes("nonsense")});
  // A hosts' gate may not enrol, nor an enrolment gate pass reports.
  say(*enrolment_, FromHost{.link = host_link_.key, .frame = encode(HostMessage(Hello{}))});
  say(*gate_, GateHello{.mode = GateMode::Enrolment, .version = "test", .admitted_number = 0});
  EXPECT_THAT(fleet(), HasSubstr(R"("live":0)"));
}

TEST_F(GatesTest, ARecordOfAnotherKeyIsRefused) {
  add_token();
  ASSERT_EQ(enrol(host_link_).refusal, "");
  crypto::KeySigner thief{crypto::SigningKey::generate()};
  Outcome outcome;
  outcome.header.not_after = observe::wall_now() + std::chrono::hours(1);
  outcome.attempt.host = *HostId::parse("web-1");
  host_says(RecordMessage{.record = *seal(context::kOutcome, encode(outcome), thief)});
  EXPECT_THAT(fleet(), HasSubstr(R"("total":1)"));
  for (const ToHosts& order : to_hosts(*gate_)) {
    const auto decoded = decode<HostOrder>(order.frame);
    ASSERT_TRUE(decoded);
    EXPECT_FALSE(std::holds_alternative<AcknowledgementMessage>(*decoded));
  }
}

}  // namespace
}  // namespace mainstay::coordinator
