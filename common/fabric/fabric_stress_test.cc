// A million messages each way through two sockets on one loop: the arrangement of a gate, in which
// each socket can swallow the other's wake-up. A stall is a failure.
#include <gtest/gtest.h>

#include "common/fabric/client.h"
#include "common/fabric/server.h"
#include "common/loop/socket_pump.h"

namespace mainstay::fabric {
namespace {

// The million is sent in the release build, which tests/run makes for it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kMessages = 100000;
#else
constexpr int kMessages = 1000000;
#endif
// libzmq frees room in steps of half the high-water mark of 64, so only 32 are sure to be taken.
constexpr int kOutstanding = 24;

TEST(FabricStressTest, AMillionMessagesWithoutAStall) {
  loop::Loop loop;
  const auto context = Context::create();
  ASSERT_TRUE(context);
  const KeyPair server_keys = make_link_keys();
  const KeyPair client_keys = make_link_keys();
  Server* server = nullptr;
  const auto made = Server::create(
      **context,
      {.endpoint = "tcp://127.0.0.1:*", .keys = server_keys, .allowed = {client_keys.key}},
      [&](const Sender& from, ByteView frame) { ASSERT_TRUE(server->reply(from, frame)); });
  ASSERT_TRUE(made);
  server = made->get();
  Client* client = nullptr;
  int sent = 0;
  int back = 0;
  const auto fill = [&] {
    while (sent < kMessages && sent - back < kOutstanding && client->send(as_bytes("message"))) {
      ++sent;
    }
  };
  const auto dialled = Client::create(
      **context,
      {.endpoint = server->endpoint(), .server_key = server_keys.key, .keys = client_keys},
      {.on_frame =
           [&](ByteView) {
             if (++back == kMessages) loop.stop();
             fill();
           },
       .on_connected = fill});
  ASSERT_TRUE(dialled);
  client = dialled->get();
  loop::SocketPump server_pump(loop, server->wake_fd(), [&] { return server->drain(256); });
  loop::SocketPump client_pump(loop, client->wake_fd(), [&] { return client->drain(256); });
  loop::Timer watchdog(loop);
  int back_before = -1;
  watchdog.repeat(Duration(3000), [&] {
    if (back == back_before) {
      ADD_FAILURE() << "stalled after " << back;
      loop.stop();
    }
    back_before = back;
  });
  loop.run();
  EXPECT_EQ(back, kMessages);
  EXPECT_EQ(server->counters().delivered, static_cast<std::uint64_t>(kMessages));
}

}  // namespace
}  // namespace mainstay::fabric
