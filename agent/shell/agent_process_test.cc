// The real program against a gate, an enrolment gate and an executor that this test plays.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>
#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/shell/config.h"
#include "common/core/digest.h"
#include "common/crypto/random.h"
#include "common/crypto/signers.h"
#include "common/fabric/server.h"
#include "common/loop/clock.h"
#include "common/loop/process.h"
#include "common/loop/seqpacket_server.h"
#include "common/loop/socket_pump.h"
#include "common/plan/token_text.h"
#include "common/plan/trust.h"
#include "common/ports/test_folder.h"
#include "common/wire/open.h"

namespace mainstay::agent {
namespace {

constexpr std::string_view kHelperScript = R"(#!/bin/sh
echo "$@" >> "${0%/*}/asked"
if [ "$1" = list ]; then
  echo '{"schema":1,"verb":"list","exit":0,"result":"ok","detail":"","truncated":false,"host":{"os_id":"debian","os_version":"12","architecture":"amd64","lists_refreshed_unix_seconds":1700000000,"var_free_bytes":-1},"interrupted":false,"unfinished":[],"updates":[{"name":"tiny","arch":"all","security":true,"held":false}]}'
else
  echo '{"schema":1,"verb":"simulate","exit":0,"result":"ok","detail":"","truncated":false,"removals":[],"kept":[],"set":[{"name":"tiny","arch":"all","version":"2"}]}'
fi
)";

class AgentProcessTest : public testing::Test {
 protected:
  AgentProcessTest()
      : dispatch_(*crypto::SigningKey::from_seed(dispatch_seed_)),
        record_(crypto::SigningKey::generate()),
        guard_(loop_) {
    host_ = *HostId::parse("web-1");
    context_ = std::move(*fabric::Context::create());
    enrolment_ =
        serve(fabric::Admit::Any, enrolment_pump_,
              [this](const fabric::Sender& from, ByteView frame) { on_enrol(from.key, frame); });
    gate_ = serve(fabric::Admit::Listed, gate_pump_, [this](const fabric::Sender&, ByteView frame) {
      auto message = decode<HostMessage>(frame);
      ASSERT_TRUE(message.has_value()) << message.error().detail;
      heard_.push_back(std::move(*message));
    });
    listen();
    write_files();
  }

  std::unique_ptr<fabric::Server> serve(fabric::Admit admit,
                                        std::unique_ptr<loop::SocketPump>& pump,
                                        fabric::Server::OnFrame on_frame) {
    auto server = fabric::Server::create(
        *context_,
        {.endpoint = "tcp://127.0.0.1:*", .keys = fabric::make_link_keys(), .admit = admit},
        std::move(on_frame));
    CHECK(server.has_value());
    auto* raw = server->get();
    pump =
        std::make_unique<loop::SocketPump>(loop_, raw->wake_fd(), [raw] { return raw->drain(64); });
    return std::move(*server);
  }

  void listen() {
    auto server = loop::SeqpacketServer::listen(
        loop_, folder_.file("exec.sock"), 0600, {},
        {.on_open = [](auto, auto) {},
         .on_frame = [this](auto connection, const Bytes& frame) { on_request(connection, frame); },
         .on_close = [](auto) {}});
    CHECK(server.has_value());
    executor_ = std::move(*server);
  }

  void write(const std::string& name, std::string_view text, mode_t mode = 0600) {
    std::ofstream(folder_.file(name)) << text;
    ::chmod(folder_.file(name).c_str(), mode);
  }

  void write_files() {
    const std::string trust =
        write_trust({.roster = to_bytes("roster"),
                     .dispatch_key = dispatch_.public_key(),
                     .gate_key = gate_->self_test_target().server_key,
                     .enrolment_key = enrolment_->self_test_target().server_key,
                     .gate_endpoint = gate_->endpoint(),
                     .enrolment_endpoint = enrolment_->endpoint()});
    token_ = {.host = host_,
              .secret = *Digest::from(crypto::random_bytes(32)),
              .trust_digest = sha256(as_bytes(trust)),
              .enrolment_endpoint = enrolment_->endpoint(),
              .enrolment_key = enrolment_->self_test_target().server_key,
              .gate_endpoint = gate_->endpoint(),
              .gate_key = gate_->self_test_target().server_key};
    write("trust", trust);
    write("token", write_token(token_));
    write("machine", "this machine\n");
    write("helper", kHelperScript, 0700);
    ::mkdir(folder_.file("root").c_str(), 0700);
    ::mkdir(folder_.file("root/var").c_str(), 0700);
    write("agent.conf", "state_directory: " + folder_.file("state") +
                            "\ntrust_file: " + folder_.file("trust") + "\nexecutor_socket: " +
                            folder_.file("exec.sock") + "\napt_helper: " + folder_.file("helper") +
                            "\nmachine_file: " + folder_.file("machine") +
                            "\nexecutor_uid: " + std::to_string(::getuid()) +
                            "\nreport_interval: 1s\nallow_root: yes\n");
  }

  Bytes sealed(std::string_view context, ByteView payload) {
    crypto::KeySigner signer(*crypto::SigningKey::from_seed(Bytes(32, std::byte{3})));
    crypto::KeySigner dispatch(dispatch_copy());
    return *seal(context, payload,
                 context == context::kLabels ? static_cast<Signer&>(signer) : dispatch);
  }
  crypto::SigningKey dispatch_copy() { return *crypto::SigningKey::from_seed(dispatch_seed_); }

  void on_enrol(const LinkKey& from, ByteView frame) {
    const auto request = decode<EnrolRequest>(frame);
    ASSERT_TRUE(request.has_value()) << request.error().detail;
    EXPECT_EQ(request->link_key, from);
    EXPECT_EQ(request->secret, token_.secret);
    EXPECT_EQ(request->record_key, record_.public_key());
    EXPECT_EQ(request->trust_digest, token_.trust_digest);
    requests_ += 1;
    link_ = from;
    EnrolReply reply;
    const DocumentHeader header{.required_features = {},
                                .not_after = loop_.now().wall + std::chrono::hours(1)};
    if (refuse_) {
      reply.refusal = "token used with other keys";
    } else {
      reply.binding =
          sealed(context::kBinding, encode(HostBinding{.header = header,
                                                       .host = host_,
                                                       .link_key = bound_link_.value_or(from),
                                                       .record_key = request->record_key}));
      reply.labels =
          sealed(context::kLabels,
                 encode(LabelCertificate{
                     .header = header, .host = host_, .serial = 1, .labels = {{"region", "eu"}}}));
    }
    EXPECT_TRUE(enrolment_->send(from, encode(reply)).has_value());
  }

  void on_request(loop::SeqpacketServer::ConnectionId connection, ByteView frame) {
    auto request = decode<ExecutorRequest>(frame);
    ASSERT_TRUE(request.has_value()) << request.error().detail;
    if (std::holds_alternative<OfferLabels>(*request) && bound_) serial_ = 1;
    if (std::holds_alternative<OfferBinding>(*request)) bound_ = true;
    if (std::holds_alternative<AskState>(*request)) {
      ExecutorState state;
      state.record_key = record_.public_key();
      state.term_seen = Term{7};
      state.label_serial_seen = serial_;
      answer(connection, PackageRoot{folder_.file("root")});
      answer(connection, state);
      for (const auto& record : records_) answer(connection, RecordMessage{record});
    }
    if (std::holds_alternative<AskRefresh>(*request)) answer(connection, Refreshed{});
    asked_.push_back(std::move(*request));
  }
  void answer(loop::SeqpacketServer::ConnectionId connection, const ExecutorMessage& message) {
    EXPECT_TRUE(executor_->send(connection, encode(message)).has_value());
  }

  /// Runs the program to its end.
  loop::ProcessResult run(const std::vector<std::string>& words) {
    std::optional<loop::ProcessResult> result;
    const auto process =
        start(words, [&](loop::ProcessResult ended) { result = std::move(ended); });
    EXPECT_TRUE(until([&] { return result.has_value(); }));
    return std::move(*result);
  }
  std::unique_ptr<loop::Process> start(std::vector<std::string> words,
                                       loop::Process::OnEnd on_end) {
    words.insert(words.begin(), MAINSTAY_BINARY_DIR "/bin/mainstay-agent");
    auto process = loop::Process::start(loop_,
                                        {.argv = std::move(words),
                                         .environment = {"PATH=/usr/bin:/bin"},
                                         .time_max = std::chrono::seconds(60)},
                                        std::move(on_end));
    CHECK(process.has_value());
    return std::move(*process);
  }
  loop::ProcessResult enrol() {
    return run({"enrol", "--config", folder_.file("agent.conf"), "--token", folder_.file("token"),
                "--wait", "20"});
  }
  std::unique_ptr<loop::Process> start_agent() {
    gate_->allow({link_});
    return start({"--config", folder_.file("agent.conf")},
                 [this](loop::ProcessResult ended) { ended_ = std::move(ended); });
  }

  /// Serves until the condition holds; false after 30 s.
  bool until(const std::function<bool()>& holds) {
    bool late = false;
    guard_.start(std::chrono::seconds(30), [&] {
      late = true;
      loop_.stop();
    });
    const loop::Prepare watch(loop_, [&] {
      if (holds()) loop_.stop();
    });
    if (!holds()) loop_.run();
    guard_.stop();
    return !late;
  }
  template <class T>
  const T* last() const {
    for (auto it = heard_.rbegin(); it != heard_.rend(); ++it) {
      if (const auto* message = std::get_if<T>(&*it)) return message;
    }
    return nullptr;
  }
  template <class T>
  [[nodiscard]] std::size_t asked() const {
    std::size_t count = 0;
    for (const auto& request : asked_) count += std::holds_alternative<T>(request);
    return count;
  }
  void order(const HostOrder& message) {
    EXPECT_TRUE(gate_->send(link_, encode(message)).has_value());
  }

  /// Whether it has loaded a library.
  static bool maps(const loop::Process& process, std::string_view library) {
    std::ifstream file("/proc/" + std::to_string(process.pid()) + "/maps");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return text.find(library) != std::string::npos;
  }

  TestFolder folder_;
  loop::Loop loop_;
  Bytes dispatch_seed_ = Bytes(32, std::byte{5});
  crypto::SigningKey dispatch_;
  crypto::SigningKey record_;
  loop::Timer guard_;
  HostId host_;
  TokenText token_;
  std::unique_ptr<fabric::Context> context_;
  std::unique_ptr<fabric::Server> enrolment_;
  std::unique_ptr<fabric::Server> gate_;
  std::unique_ptr<loop::SocketPump> enrolment_pump_;
  std::unique_ptr<loop::SocketPump> gate_pump_;
  std::unique_ptr<loop::SeqpacketServer> executor_;
  LinkKey link_;
  std::optional<LinkKey> bound_link_;
  bool refuse_ = false;
  bool bound_ = false;
  std::uint32_t serial_ = 0;
  std::size_t requests_ = 0;
  std::vector<Bytes> records_;
  std::vector<HostMessage> heard_;
  std::vector<ExecutorRequest> asked_;
  std::optional<loop::ProcessResult> ended_;
};

TEST_F(AgentProcessTest, EnrolsReportsResolvesAndShows) {
  const auto enrolled = enrol();
  EXPECT_TRUE(enrolled.succeeded()) << as_text(enrolled.error_output);
  EXPECT_EQ(as_text(enrolled.output), "enrolled as web-1\n");
  EXPECT_EQ(serial_, 1U);

  const auto agent = start_agent();
  ASSERT_TRUE(until([&] { return last<Report>() != nullptr; }));
  const auto* hello = std::get_if<Hello>(&heard_.front());
  ASSERT_NE(hello, nullptr);
  EXPECT_EQ(hello->os, "debian 12");
  EXPECT_EQ(hello->term_seen, Term{7});
  const auto facts = last<Report>()->facts;
  EXPECT_NE(std::ranges::find_if(facts,
                                 [](const FactReading& reading) {
                                   return reading.fact == Fact::PatchSecurity && reading.value == 1;
                                 }),
            facts.end());

  EXPECT_TRUE(maps(*agent, "/libsodium"));
  EXPECT_FALSE(maps(*agent, "/libcrypto")) << "a third of an idle agent's memory";

  Resolve resolve;
  resolve.draft = crypto::random_nonce();
  order(resolve);
  ASSERT_TRUE(until([&] { return last<ResolveAnswer>() != nullptr; }));
  EXPECT_EQ(last<ResolveAnswer>()->draft, resolve.draft);
  ASSERT_EQ(last<ResolveAnswer>()->packages.size(), 1U) << last<ResolveAnswer>()->refusal;
  EXPECT_EQ(last<ResolveAnswer>()->packages[0].name, "tiny:all");
  std::ifstream asked(folder_.file("asked"));
  const std::string root = " --root " + folder_.file("root");
  std::set<std::string> verbs;
  for (std::string words; std::getline(asked, words);) {
    EXPECT_NE(words.find(root), std::string::npos) << words;
    verbs.insert(words.substr(0, words.find(' ')));
  }
  EXPECT_EQ(verbs, (std::set<std::string>{"list", "simulate"})) << "below the executor's root";

  const auto shown = run({"show", "--config", folder_.file("agent.conf")});
  EXPECT_TRUE(shown.succeeded());
  EXPECT_NE(as_text(shown.output).find("web-1"), std::string_view::npos);
  EXPECT_NE(as_text(shown.output).find("patch.security:             1"), std::string_view::npos)
      << as_text(shown.output);

  agent->send_signal(SIGTERM);
  ASSERT_TRUE(until([&] { return ended_.has_value(); }));
  EXPECT_TRUE(ended_->succeeded()) << as_text(ended_->error_output);
}

TEST_F(AgentProcessTest, ARecordComesUntilItIsAcknowledgedAlsoAfterAKill) {
  ASSERT_TRUE(enrol().succeeded());
  const Bytes record = sealed(context::kOutcome, to_bytes("whatever it says"));
  records_.push_back(record);
  auto agent = start_agent();
  ASSERT_TRUE(until([&] { return last<RecordMessage>() != nullptr; }));
  agent->send_signal(SIGKILL);
  ASSERT_TRUE(until([&] { return ended_.has_value(); }));
  heard_.clear();
  ended_.reset();

  agent = start_agent();
  ASSERT_TRUE(until([&] { return last<RecordMessage>() != nullptr; }));
  EXPECT_EQ(last<RecordMessage>()->record, record);
  Acknowledgement acknowledgement;
  acknowledgement.attempt = {
      .plan = sha256(as_bytes("plan")), .step = 0, .host = host_, .number = 1};
  acknowledgement.record = sha256(record);
  records_.clear();
  order(AcknowledgementMessage{sealed(context::kAcknowledgement, encode(acknowledgement))});
  ASSERT_TRUE(until([&] { return asked<OfferAcknowledgement>() > 0; }));
  heard_.clear();
  // Longer than the first pauses between two sends.
  const Instant end = loop_.now().mono + std::chrono::seconds(4);
  loop::Timer wake(loop_);
  wake.repeat(Duration(100), [] {});
  ASSERT_TRUE(until([&] { return loop_.now().mono >= end; }));
  EXPECT_EQ(last<RecordMessage>(), nullptr);
  EXPECT_NE(last<Report>(), nullptr);
}

TEST_F(AgentProcessTest, WithoutAnExecutorADispatchIsRejectedAndItGoesOnWhenItIsBack) {
  ASSERT_TRUE(enrol().succeeded());
  executor_.reset();
  const auto agent = start_agent();
  ASSERT_TRUE(until([&] { return last<Report>() != nullptr; }));
  DispatchMessage dispatch;
  dispatch.dispatch.attempt = {
      .plan = sha256(as_bytes("plan")), .step = 0, .host = host_, .number = 1};
  dispatch.dispatch.head = sealed(context::kPlanHead, to_bytes("head"));
  dispatch.dispatch.leaf = to_bytes("leaf");
  order(dispatch);
  ASSERT_TRUE(until([&] { return last<Rejection>() != nullptr; }));
  EXPECT_EQ(last<Rejection>()->reason, "no executor on this host");
  listen();
  ASSERT_TRUE(
      until([&] { return last<Hello>() != nullptr && last<Hello>()->term_seen == Term{7}; }));
  order(dispatch);
  ASSERT_TRUE(until([&] { return asked<OfferDispatch>() == 1; }));
}

TEST_F(AgentProcessTest, RefusesWhatEnrolmentMustNotAccept) {
  refuse_ = true;
  auto result = enrol();
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(as_text(result.error_output), "mainstay-agent: refused: token used with other keys\n");
  refuse_ = false;
  bound_link_ = LinkKey{};
  bound_link_->value[0] = std::byte{1};
  result = enrol();
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(as_text(result.error_output).find("binds other keys"), std::string_view::npos);
  write("trust", "another\n");
  result = enrol();
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(as_text(result.error_output).find("not the trust file"), std::string_view::npos);
  result = run({"--config", folder_.file("agent.conf")});
  EXPECT_EQ(result.code, 1);
  EXPECT_NE(as_text(result.error_output).find("not enrolled"), std::string_view::npos);
}

TEST_F(AgentProcessTest, ACopyOfTheMachineDoesNotSpeakForIt) {
  ASSERT_TRUE(enrol().succeeded());
  write("machine", "its clone\n");
  const auto result = run({"--config", folder_.file("agent.conf")});
  EXPECT_EQ(result.code, 1);
  EXPECT_NE(as_text(result.error_output).find("must enrol with a token of its own"),
            std::string_view::npos);
  const LinkKey before = link_;
  ASSERT_TRUE(enrol().succeeded());
  EXPECT_NE(link_, before);
}

TEST_F(AgentProcessTest, RefusesRootAndWrongWords) {
  if (::getuid() == 0) {
    std::string text;
    std::getline(std::ifstream(folder_.file("agent.conf")), text, '\0');
    write("root.conf", text.substr(0, text.find("allow_root")));
    const auto result = run({"--config", folder_.file("root.conf")});
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(as_text(result.error_output).find("refuses to run as root"), std::string_view::npos);
  }
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"enrl", "--config", "x"}).code, 2);
  EXPECT_EQ(run({"--config", folder_.file("nothing")}).code, 2);
  EXPECT_EQ(run({"--help"}).code, 0);
}

TEST(AgentConfigTest, IsReadStrictly) {
  const std::string good =
      "state_directory: /a\ntrust_file: /b\nexecutor_socket: /c\napt_helper: /d\n";
  const auto config =
      parse_agent_config(good + "report_interval: 1s\nlook_interval: 2m\n", "a.conf");
  ASSERT_TRUE(config.has_value()) << config.error().detail;
  EXPECT_EQ(config->limits.report_interval, std::chrono::seconds(1));
  EXPECT_EQ(config->limits.look_interval, std::chrono::minutes(2));
  for (const char* bad : {"report_interval: 0\n", "report_interval: s\n", "look_interval: 99999m\n",
                          "patch_root: /a\n", "allow_root: true\n", "log_level: loud\n",
                          "executor_uid: x\n", "apt_helper: /d\n"}) {
    EXPECT_FALSE(parse_agent_config(good + bad, "a.conf").has_value()) << bad;
  }
  const auto misspelt = parse_agent_config(good + "machine_fill: /\n", "a.conf");
  ASSERT_FALSE(misspelt.has_value());
  EXPECT_NE(misspelt.error().detail.find("a.conf:5"), std::string::npos) << misspelt.error().detail;
  EXPECT_NE(misspelt.error().detail.find("machine_file"), std::string::npos);
}

}  // namespace
}  // namespace mainstay::agent
