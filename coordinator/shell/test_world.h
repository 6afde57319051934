// A coordinator of a made folder, and operators and gates that talk to it over real, encrypted
// sockets, all on one loop. For this folder's tests.
#pragma once

#include <cstdlib>

#include <gtest/gtest.h>

#include "common/crypto/random.h"
#include "common/crypto/signers.h"
#include "common/fabric/client.h"
#include "common/observe/text_log.h"
#include "common/ports/test_folder.h"
#include "common/wire/open.h"
#include "coordinator/shell/coordinator.h"
#include "coordinator/shell/initialise.h"
#include "coordinator/shell/link_key_file.h"

namespace mainstay::coordinator {

struct Person {
  std::string name;
  Role role = Role::Viewer;
  crypto::KeySigner signer{crypto::SigningKey::generate()};
  fabric::KeyPair link = fabric::make_link_keys();
};

/// One connection, and what came over it.
struct Peer {
  std::unique_ptr<fabric::Client> client;
  std::unique_ptr<loop::SocketPump> pump;
  std::vector<Bytes> frames;
  std::uint64_t last_id = 0;
};

class ShellWorld : public testing::Test {
 protected:
  ShellWorld() : guard_(loop_), context_(std::move(*fabric::Context::create())) {
    guard_.start(Duration(60000), [this] {
      ADD_FAILURE() << "the test hangs";
      hangs_ = true;
      loop_.stop();
    });
    ana_.name = "ana";
    ana_.role = Role::Admin;
    vic_.name = "vic";
    vic_.role = Role::Viewer;
  }
  ~ShellWorld() override { coordinator_.reset(); }

  static OperatorEntry entry_of(const Person& person) {
    return {.name = person.name,
            .key = person.signer.key(),
            .link = person.link.key,
            .role = person.role,
            .scope = "",
            .expires = observe::wall_now() + std::chrono::hours(24)};
  }
  Bytes roster(Person& signer) {
    const Roster value{.header = {.required_features = {},
                                  .not_after = observe::wall_now() + std::chrono::hours(24)},
                       .number = {1},
                       .operators = {entry_of(ana_), entry_of(vic_)},
                       .signatures_needed = {1, 1, 1, 1},
                       .recovery = {}};
    return *seal(context::kRoster, encode(value), signer.signer);
  }
  InitOptions options() {
    return {.directory = folder_ + "/mainstay",
            .fleet = "test-fleet",
            .roster = roster(ana_),
            .now = observe::wall_now(),
            .listen = "tcp://127.0.0.1:*",
            .grace = Duration(0),
            .beacon_interval = std::chrono::seconds(1)};
  }
  void initialise_folder() {
    const Status made = initialise(options());
    ASSERT_TRUE(made) << made.error().detail;
  }
  Config config() {
    auto read = read_config(folder_ + "/mainstay/coordinator.conf");
    CHECK(read.has_value());
    read->gates.clear();  // the tests are the gates
    return std::move(*read);
  }
  Status start() {
    coordinator_ = std::make_unique<Coordinator>(loop_, log_, config());
    return coordinator_->start();
  }
  void start_well() {
    const Status started = start();
    ASSERT_TRUE(started) << started.error().detail;
  }

  std::unique_ptr<Peer> dial(const fabric::KeyPair& keys) {
    auto peer = std::make_unique<Peer>();
    auto made = fabric::Client::create(
        *context_,
        {.endpoint = coordinator_->endpoint(),
         .server_key = read_link_key(folder_ + "/mainstay/keys/link.key")->key,
         .keys = keys,
         .reconnect_min = Duration(20),
         .reconnect_spread = Duration(20),
         .reconnect_max = Duration(100)},
        {.on_frame = [raw = peer.get()](ByteView frame) {
          raw->frames.emplace_back(frame.begin(), frame.end());
        }});
    CHECK(made.has_value());
    peer->client = std::move(*made);
    peer->pump = std::make_unique<loop::SocketPump>(
        loop_, peer->client->wake_fd(),
        [client = peer->client.get()] { return client->drain(64); });
    return peer;
  }
  std::unique_ptr<Peer> connect(const fabric::KeyPair& keys) {
    auto peer = dial(keys);
    run_until([&] { return peer->client->connected(); });
    return peer;
  }
  /// Runs the loop until the condition holds.
  void run_until(std::move_only_function<bool()> condition) {
    loop::Timer look(loop_);
    look.repeat(Duration(5), [&] {
      if (condition()) loop_.stop();
    });
    if (!hangs_) loop_.run();
  }

  /// The whole answer, its parts joined.
  Reply ask(Peer& peer, OperatorMessage::Body body) {
    const std::uint64_t id = ++peer.last_id;
    const Bytes frame = encode(OperatorMessage{.id = id, .body = std::move(body)});
    CHECK(peer.client->send(frame).has_value());
    Reply reply;
    Assembler assembler(std::size_t{64} << 20U);
    std::size_t next = peer.frames.size();
    bool complete = false;
    run_until([&] {
      for (; next < peer.frames.size(); ++next) {
        auto part = decode<OperatorReply>(peer.frames[next]);
        CHECK(part.has_value());
        if (part->id != id) continue;
        reply.verdict = part->verdict;
        reply.text = part->text;
        auto whole = assembler.add(std::move(part->part));
        CHECK(whole.has_value());
        if (!*whole) continue;
        reply.data = std::move(**whole);
        complete = true;
      }
      return complete;
    });
    return reply;
  }
  Reply read(Peer& peer, View view, std::string argument = "") {
    return ask(peer, ReadRequest{.view = view, .argument = std::move(argument)});
  }
  Bytes signed_request(Person& by, RequestAct act, Duration lifetime = kRequestLifetime) {
    const OperatorRequest request{
        .header = {.required_features = {}, .not_after = observe::wall_now() + lifetime},
        .nonce = crypto::random_nonce(),
        .act = std::move(act)};
    return *seal(context::kRequest, encode(request), by.signer);
  }
  Reply change(Peer& peer, Person& by, RequestAct act) {
    return ask(peer, ChangeRequest{.request = signed_request(by, std::move(act))});
  }

  TestFolder made_;
  std::string folder_ = made_.path();
  observe::TextLog log_{{.level_min = Level::Error}};
  loop::Loop loop_;
  loop::Timer guard_;
  bool hangs_ = false;
  std::unique_ptr<fabric::Context> context_;
  Person ana_;
  Person vic_;
  std::unique_ptr<Coordinator> coordinator_;
};

}  // namespace mainstay::coordinator
