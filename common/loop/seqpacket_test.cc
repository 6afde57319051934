#include <optional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "common/core/parts.h"
#include "common/loop/seqpacket_client.h"
#include "common/loop/seqpacket_server.h"
#include "common/loop/test_descriptors.h"
#include "common/loop/unix_address.h"
#include "common/ports/test_folder.h"

namespace mainstay::loop {
namespace {

class SeqpacketTest : public testing::Test {
 protected:
  SeqpacketTest() : guard_(loop_) {
    guard_.start(Duration(20000), [this] {
      ADD_FAILURE() << "the test hangs";
      loop_.stop();
    });
  }

  std::unique_ptr<SeqpacketServer> serve(SeqpacketLimits limits = {}) {
    auto server = SeqpacketServer::listen(
        loop_, path_, 0660, limits,
        {.on_open = [this](auto id, Peer peer) { last_ = id, peer_ = peer, after_open(); },
         .on_frame = [this](auto id, Bytes frame) { on_server_frame(id, std::move(frame)); },
         .on_close = [this](auto) { after_close(); }});
    EXPECT_TRUE(server) << server.error().detail;
    return std::move(*server);
  }
  SeqpacketClient::Options client_options() {
    return {.path = path_, .retry_delay_min = Duration(5), .retry_delay_max = Duration(20)};
  }

  Loop loop_;
  Timer guard_;
  TestFolder made_;
  std::string folder_ = made_.path();
  std::string path_ = made_.file("socket");
  SeqpacketServer::ConnectionId last_ = 0;
  Peer peer_{};
  Callback after_open = [] {};
  Callback after_close = [] {};
  std::move_only_function<void(SeqpacketServer::ConnectionId, Bytes)> on_server_frame =
      [](auto, Bytes) {};
};

// A peer that cannot be taken keeps the listening socket readable: without a pause, a core is
// spent.
TEST_F(SeqpacketTest, WaitsQuietlyWhileDescriptorsAreExhausted) {
  const auto server = serve();
  const Fd caller(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  const auto address = unix_address(path_);
  ASSERT_TRUE(address);
  ASSERT_EQ(connect_to(caller.get(), *address), 0);
  std::optional<NoDescriptors> none(std::in_place);
  int turns = 0;
  const Prepare count(loop_, [&] { ++turns; });
  Timer free_again(loop_);
  free_again.start(Duration(100), [&] { none.reset(); });
  after_open = [&] { loop_.stop(); };
  loop_.run();
  EXPECT_EQ(server->connections(), 1U);
  EXPECT_LT(turns, 20);
}

TEST_F(SeqpacketTest, CarriesFramesBothWaysUpToTheLimit) {
  const auto server = serve();
  on_server_frame = [&](auto id, Bytes frame) { ASSERT_TRUE(server->send(id, frame)); };
  Bytes largest(kFrameBytesMax, std::byte{7});
  std::vector<Bytes> back;
  SeqpacketClient* self = nullptr;
  SeqpacketClient client(loop_, client_options(),
                         {.on_open =
                              [&] {
                                ASSERT_TRUE(self->send(as_bytes("first")));
                                ASSERT_TRUE(self->send(largest));
                              },
                          .on_frame =
                              [&](Bytes frame) {
                                back.push_back(std::move(frame));
                                if (back.size() == 2) loop_.stop();
                              },
                          .on_close = [] {}});
  self = &client;
  loop_.run();
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(as_text(back[0]), "first");
  EXPECT_EQ(back[1], largest);
  EXPECT_EQ(peer_.pid, ::getpid());
  struct stat info{};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0660U);
  EXPECT_FALSE(client.send({}));
  EXPECT_EQ(client.send(Bytes(kFrameBytesMax + 1)).error().fault, Fault::Malformed);
}

TEST_F(SeqpacketTest, TurnsAwayAnotherUid) {
  const auto server = serve({.peer_uid = ::getuid() + 1});
  after_open = [] { ADD_FAILURE() << "let in"; };
  SeqpacketClient client(
      loop_, client_options(),
      {.on_open = [] {}, .on_frame = [](Bytes) {}, .on_close = [&] { loop_.stop(); }});
  loop_.run();
  EXPECT_GE(server->refused(), 1U);
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(SeqpacketTest, ClosesOnAFrameThatIsTooLong) {
  const auto server = serve();
  on_server_frame = [](auto, Bytes) { ADD_FAILURE() << "delivered"; };
  after_close = [&] { loop_.stop(); };
  const Fd raw(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  ASSERT_EQ(connect_to(raw.get(), *unix_address(path_)), 0);
  const Bytes frame(kFrameBytesMax + 1);
  ASSERT_EQ(::send(raw.get(), frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
  loop_.run();
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(SeqpacketTest, QueueToAPeerThatDoesNotReadIsBounded) {
  const auto server = serve({.peer_uid = std::nullopt, .queue_frames_max = 4});
  after_open = [&] { loop_.stop(); };
  const Fd raw(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  ASSERT_EQ(connect_to(raw.get(), *unix_address(path_)), 0);
  loop_.run();
  const Bytes frame(kFrameBytesMax);
  Status status;
  int sent = 0;
  while (sent < 100 && (status = server->send(last_, frame))) ++sent;
  EXPECT_LT(sent, 100);
  EXPECT_EQ(status.error().fault, Fault::Unavailable);
  // Those taken do arrive once the peer reads.
  Timer reader(loop_);
  int received = 0;
  reader.repeat(Duration(1), [&] {
    Bytes buffer(kFrameBytesMax);
    while (::recv(raw.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) ++received;
    if (received == sent) loop_.stop();
  });
  loop_.run();
  EXPECT_EQ(received, sent);
}

TEST_F(SeqpacketTest, ClientComesBackAfterTheServerDid) {
  auto server = serve();
  int opened = 0;
  int closed = 0;
  Timer later(loop_);
  SeqpacketClient client(loop_, client_options(),
                         {.on_open =
                              [&] {
                                if (++opened == 2) return loop_.stop();
                                later.start(Duration(1), [&] {
                                  server.reset();
                                  server = serve();
                                });
                              },
                          .on_frame = [](Bytes) {},
                          .on_close = [&] { ++closed; }});
  loop_.run();
  EXPECT_EQ(opened, 2);
  EXPECT_EQ(closed, 1);
}

TEST_F(SeqpacketTest, DoesNotTakeAPathThatIsServedOrIsNoSocket) {
  const auto server = serve();
  const auto second = SeqpacketServer::listen(loop_, path_, 0600, {}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::Unavailable);
  const std::string file = folder_ + "/file";
  ASSERT_TRUE(Fd(::creat(file.c_str(), 0600)).open());
  const auto third = SeqpacketServer::listen(loop_, file, 0600, {}, {});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().fault, Fault::Denied);
}

TEST_F(SeqpacketTest, TakesOverAListeningSocketAndNothingElse) {
  EXPECT_FALSE(SeqpacketServer::take_over(
      loop_, Fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)), {}, {}));
}

}  // namespace
}  // namespace mainstay::loop
