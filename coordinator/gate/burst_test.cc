// A whole gate between hosts and a coordinator that does not read: what waits, what is lost.
#include <algorithm>

#include <gtest/gtest.h>

#include "common/fabric/test_world.h"
#include "common/loop/files.h"
#include "common/ports/test_folder.h"
#include "common/wire/decode.h"
#include "common/wire/encode.h"
#include "coordinator/gate/gate.h"

namespace mainstay {
namespace {

constexpr std::size_t kHosts = 12;
constexpr std::size_t kFramesOfAHost = 150;  // below the burst that a sender may have
// All of them are more than kernel and library take between a gate and a coordinator that sleeps.
constexpr std::size_t kFrameBytes = 32 * 1024;

/// Notes where the gate listens, and how much it has read.
struct ListenLog : Log {
  void event(Level, std::string_view name, std::initializer_list<Field> fields) override {
    for (const Field& field : fields) {
      if (name == "gate.started" && field.name == "listen") listen = field.value;
      if (name == "gate.counted" && field.name == "delivered") delivered = field.value;
    }
  }
  std::string listen;
  std::string delivered;
};

class BurstTest : public fabric::FabricWorld {
 protected:
  struct Peer {
    fabric::KeyPair keys = fabric::make_link_keys();
    std::unique_ptr<fabric::Client> client;
    std::unique_ptr<loop::SocketPump> pump;
    std::size_t sent = 0;
  };

  BurstTest() : FabricWorld(Duration(60'000)) {}

  void start(Duration patience) {
    listen("tcp://127.0.0.1:*");
    GateConfig config{.mode = GateMode::Hosts,
                      .listen = "tcp://127.0.0.1:*",
                      .coordinator = coordinator_->endpoint(),
                      .coordinator_key = server_keys_.key,
                      .dispatch_key = dispatch_.key(),
                      .link_key_file = {},
                      .keys = gate_keys_,
                      .state_directory = folder_,
                      .patience = patience,
                      .handshake_max = Duration(300)};
    gate_ = std::make_unique<Gate>(loop_, log_, std::move(config));
    const Status started = gate_->start();
    ASSERT_TRUE(started) << started.error().detail;
    for (Peer& host : hosts_) {
      host.client = *fabric::Client::create(*context_,
                                            {.endpoint = log_.listen,
                                             .server_key = gate_keys_.key,
                                             .keys = host.keys,
                                             .reconnect_min = Duration(50),
                                             .reconnect_spread = Duration(50),
                                             .reconnect_max = Duration(200)},
                                            {.on_frame = [](ByteView) {}});
      host.pump = std::make_unique<loop::SocketPump>(loop_, host.client->wake_fd(),
                                                     [&host] { return host.client->drain(16); });
    }
    run_until([&] {
      return std::ranges::all_of(hosts_, [](const Peer& host) { return host.client->connected(); });
    });
  }
  void listen(const std::string& endpoint) {
    coordinator_ = *fabric::Server::create(
        *context_, {.endpoint = endpoint, .keys = server_keys_, .allowed = {gate_keys_.key}},
        [this](const fabric::Sender&, ByteView frame) { hear(frame); });
    read();
  }
  void read() {
    pump_ = std::make_unique<loop::SocketPump>(loop_, coordinator_->wake_fd(),
                                               [this] { return coordinator_->drain(16); });
  }
  Bytes list(std::uint64_t number) {
    AdmittedKeys keys{.header = {.required_features = {},
                                 .not_after = loop_.now().wall + std::chrono::minutes(5)},
                      .number = number,
                      .links = {}};
    for (const Peer& host : hosts_) keys.links.push_back(host.keys.key);
    std::ranges::sort(keys.links);
    return *seal(context::kAdmitted, encode(keys), dispatch_);
  }
  void admit(const Bytes& list) {
    for (Part& part : split(list)) {
      ASSERT_TRUE(
          coordinator_->send(gate_keys_.key, encode(GateOrder(AdmittedPart{.part = part}))));
    }
  }
  void hear(ByteView frame) {
    const auto message = decode<GateMessage>(frame);
    ASSERT_TRUE(message);
    if (std::holds_alternative<FromHost>(*message)) {
      heard_ += 1;
      return;
    }
    admit(list(1));
  }
  /// Each host as fast as its connection takes it; true when all have sent all.
  bool send_on() {
    bool all = true;
    for (Peer& host : hosts_) {
      while (host.sent < kFramesOfAHost && host.client->has_room() &&
             host.client->send(Bytes(kFrameBytes))) {
        host.sent += 1;
      }
      all = all && host.sent == kFramesOfAHost;
    }
    return all;
  }
  bool has_read_all() const { return log_.delivered == std::to_string(kHosts * kFramesOfAHost); }

  TestFolder made_;
  std::string folder_ = made_.path();
  ListenLog log_;
  crypto::KeySigner dispatch_{crypto::SigningKey::generate()};
  fabric::KeyPair gate_keys_ = fabric::make_link_keys();
  std::unique_ptr<fabric::Server> coordinator_;
  std::unique_ptr<Gate> gate_;
  std::array<Peer, kHosts> hosts_;
  std::size_t heard_ = 0;
};

TEST_F(BurstTest, WhatTheCoordinatorIsSlowToTakeWaitsAtTheHosts) {
  start(std::chrono::hours(1));
  pump_.reset();
  int turns = 0;
  run_until([&] { return send_on() || ++turns == 100; });
  read();
  run_until([&] { return send_on() && heard_ == kHosts * kFramesOfAHost; });
  EXPECT_EQ(heard_, kHosts * kFramesOfAHost) << "and nothing is lost";
}

/// Else the gate of a coordinator that hangs would hold what the whole fleet says.
TEST_F(BurstTest, NothingWaitsForACoordinatorThatTakesNothingAnyMore) {
  start(Duration(0));
  pump_.reset();
  run_until([&] { return send_on() && has_read_all(); });
  EXPECT_EQ(heard_, 0U);
  read();
  run_until([&] { return heard_ > 0; });
  // What came through is new again: the gate goes on by itself.
  const auto host_speaks = [&] { return hosts_[0].client->send(Bytes(1)).has_value(); };
  run_until([&] { return host_speaks() && heard_ > kHosts; });
}

/// A coordinator that is away does not keep the gate from its other work.
TEST_F(BurstTest, GoesOnWhenTheCoordinatorWasAway) {
  start(std::chrono::hours(1));
  const std::string endpoint = coordinator_->endpoint();
  pump_.reset();
  coordinator_.reset();
  run_until([&] { return send_on() && has_read_all(); });
  heard_ = 0;
  listen(endpoint);
  run_until([&] { return hosts_[0].client->send(Bytes(1)).has_value() && heard_ > 0; });
}

/// While hosts enrol a list follows another; the newest is what a gate without coordinator needs.
TEST_F(BurstTest, TheNewestOfManyListsIsSoonOnDisk) {
  start(std::chrono::hours(1));
  Bytes newest;
  for (std::uint64_t number = 2; number <= 20; ++number) admit(newest = list(number));
  run_until([&] {
    const auto stored = loop::read_file(folder_ + "/admitted", kPartBytesMax);
    return stored && *stored == newest;
  });
}

}  // namespace
}  // namespace mainstay
