// For tests of connections: a server and clients on one loop, as a gate has them.
#pragma once

#include <gtest/gtest.h>

#include "common/fabric/client.h"
#include "common/fabric/server.h"
#include "common/loop/socket_pump.h"

namespace mainstay::fabric {

class FabricWorld : public testing::Test {
 protected:
  explicit FabricWorld(Duration time_max = Duration(20'000))
      : guard_(loop_), context_(std::move(*Context::create())) {
    guard_.start(time_max, [this] {
      ADD_FAILURE() << "the test hangs";
      loop_.stop();
    });
  }

  struct Dialled {
    std::unique_ptr<Client> client;
    std::unique_ptr<loop::SocketPump> pump;
  };

  void serve(std::vector<LinkKey> allowed, Admit admit = Admit::Listed,
             std::optional<KeyLimits> per_key = std::nullopt, Watch watch = Watch::Heartbeats) {
    auto made = Server::create(
        *context_,
        {.endpoint = "tcp://127.0.0.1:*",
         .keys = server_keys_,
         .admit = admit,
         .allowed = std::move(allowed),
         .per_key = per_key,
         .watch = watch,
         .handshake_max = Duration(200)},
        [this](const Sender& from, ByteView frame) { on_server_frame_(from, frame); });
    ASSERT_TRUE(made) << made.error().detail;
    server_ = std::move(*made);
    pump_ = std::make_unique<loop::SocketPump>(loop_, server_->wake_fd(),
                                               [this] { return server_->drain(16); });
  }

  Dialled dial(const KeyPair& keys, Client::Callbacks callbacks) {
    auto made = Client::create(*context_,
                               {.endpoint = server_->endpoint(),
                                .server_key = server_keys_.key,
                                .keys = keys,
                                .reconnect_min = Duration(10),
                                .reconnect_spread = Duration(10),
                                .reconnect_max = Duration(50)},
                               std::move(callbacks));
    EXPECT_TRUE(made) << made.error().detail;
    Dialled dialled{.client = std::move(*made), .pump = nullptr};
    dialled.pump = std::make_unique<loop::SocketPump>(
        loop_, dialled.client->wake_fd(),
        [client = dialled.client.get()] { return client->drain(16); });
    return dialled;
  }

  /// Runs the loop until the condition holds.
  void run_until(std::move_only_function<bool()> condition) {
    loop::Timer look(loop_);
    look.repeat(Duration(2), [&] {
      if (condition()) loop_.stop();
    });
    loop_.run();
  }

  loop::Loop loop_;
  loop::Timer guard_;
  KeyPair server_keys_ = make_link_keys();
  std::unique_ptr<Context> context_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<loop::SocketPump> pump_;
  std::move_only_function<void(const Sender&, ByteView)> on_server_frame_ = [](const Sender&,
                                                                               ByteView) {};
};

}  // namespace mainstay::fabric
