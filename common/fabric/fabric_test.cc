#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.hpp>

#include "common/core/parts.h"
#include "common/fabric/monitor.h"
#include "common/fabric/refusal_watch.h"
#include "common/fabric/test_world.h"
#include "common/loop/fd.h"
#include "common/loop/test_descriptors.h"

namespace mainstay::fabric {
namespace {

using FabricTest = FabricWorld;

/// A peer of our key but not of our making: it may send what our Client never would.
class RawPeer {
 public:
  RawPeer(const std::string& endpoint, const LinkKey& server_key, const KeyPair& keys,
          std::string_view routing_id = {})
      : socket_(context_, zmq::socket_type::dealer) {
    socket_.set(zmq::sockopt::linger, 0);
    zmq_setsockopt(socket_.handle(), ZMQ_CURVE_SERVERKEY, server_key.value.data(), 32);
    zmq_setsockopt(socket_.handle(), ZMQ_CURVE_PUBLICKEY, keys.key.value.data(), 32);
    zmq_setsockopt(socket_.handle(), ZMQ_CURVE_SECRETKEY, keys.secret.value.data(), 32);
    if (!routing_id.empty()) {
      zmq_setsockopt(socket_.handle(), ZMQ_ROUTING_ID, routing_id.data(), routing_id.size());
    }
    monitor_ = open_monitor(context_, socket_, "inproc://monitor", ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    socket_.connect(endpoint);
  }
  ~RawPeer() { zmq_socket_monitor(socket_.handle(), nullptr, 0); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  /// Whether the server has let it in, so far.
  bool joined() {
    while (const auto event = next_event(monitor_, ZMQ_DONTWAIT)) {
      joined_ = joined_ || *event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    }
    return joined_;
  }
  void send(std::size_t size, int flags = 0) {
    const Bytes frame(size, std::byte{1});
    zmq_send(socket_.handle(), frame.data(), frame.size(), flags);
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_;
  zmq::socket_t monitor_;
  bool joined_ = false;
};

/// Speaks ZMTP 3 by hand (ZeroMQ RFC 23), asks for the mechanism NULL and goes on as if it had been
/// agreed to. A descriptor that is open until the caller ends, or the errno.
Result<loop::Fd> talk_plainly(const std::string& endpoint) {
  loop::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))));
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  std::string words = std::string("\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL", 16);
  words.resize(64);  // the greeting
  words += std::string("\x04\x1c\5READY\x0bSocket-Type\0\0\0\6DEALER", 30);
  words += std::string("\0\5hello", 7);
  if (::connect(fd.get(), to, sizeof address) != 0 ||
      ::send(fd.get(), words.data(), words.size(), MSG_NOSIGNAL) < 0) {
    return fail(Fault::Unavailable, std::strerror(errno));
  }
  return fd;
}

TEST_F(FabricTest, KeysSurviveTheBorder) {
  const KeyPair keys = make_link_keys();
  EXPECT_EQ(public_key_of(keys.secret), keys.key);
  EXPECT_NE(make_link_keys().key, keys.key);
}

TEST_F(FabricTest, CarriesFramesBothWaysAndNamesTheSender) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  const Bytes largest(kFrameBytesMax, std::byte{9});
  on_server_frame_ = [&](const Sender& from, ByteView frame) {
    EXPECT_EQ(from.key, keys.key);
    ASSERT_TRUE(server_->send(from.key, frame));
  };
  Client* self = nullptr;
  Bytes back;
  const Dialled dialled = dial(keys, {.on_frame =
                                          [&](ByteView frame) {
                                            back.assign(frame.begin(), frame.end());
                                            loop_.stop();
                                          },
                                      .on_connected = [&] { ASSERT_TRUE(self->send(largest)); }});
  self = dialled.client.get();
  loop_.run();
  EXPECT_EQ(back, largest);
  EXPECT_TRUE(self->connected());
  EXPECT_EQ(server_->counters().delivered, 1U);
  EXPECT_EQ(self->send(Bytes(kFrameBytesMax + 1)).error().fault, Fault::Malformed);
  EXPECT_EQ(server_->send(keys.key, {}).error().fault, Fault::Malformed);
}

TEST_F(FabricTest, ListensToNobodyNewWhileDescriptorsAreExhausted) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  int heard = 0;
  on_server_frame_ = [&](const Sender&, ByteView) { ++heard; };
  const Dialled inside = dial(keys, {});
  run_until([&] { return inside.client->connected(); });
  EXPECT_EQ(server_->mind_descriptors(), "");
  EXPECT_TRUE(server_->listening());
  std::optional<loop::NoDescriptors> none(std::in_place);
  const std::string_view said = server_->mind_descriptors();
  EXPECT_TRUE(said.starts_with("no descriptors are left"));
  EXPECT_FALSE(server_->listening());
  EXPECT_EQ(server_->mind_descriptors(), "");
  // Who is in goes on.
  ASSERT_TRUE(inside.client->send(as_bytes("still here")));
  run_until([&] { return heard == 1; });
  none.reset();
  run_until([&] { return !server_->mind_descriptors().empty(); });
  EXPECT_TRUE(server_->listening());
  const Dialled outside = dial(keys, {});
  run_until([&] { return outside.client->connected(); });
}

TEST_F(FabricTest, RepliesOverTheConnectionThatAsked) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  on_server_frame_ = [&](const Sender& from, ByteView frame) {
    ASSERT_TRUE(server_->reply(from, frame));
  };
  std::vector<std::string> first;
  std::vector<std::string> second;
  const auto kept_in = [](std::vector<std::string>& heard) {
    return Client::Callbacks{
        .on_frame = [&heard](ByteView frame) { heard.emplace_back(as_text(frame)); }};
  };
  const Dialled one = dial(keys, kept_in(first));
  run_until([&] { return one.client->connected(); });
  const Dialled two = dial(keys, kept_in(second));
  run_until([&] { return two.client->connected(); });
  ASSERT_TRUE(two.client->send(as_bytes("from two")));
  run_until([&] { return !second.empty(); });
  ASSERT_TRUE(one.client->send(as_bytes("from one")));
  run_until([&] { return !first.empty(); });
  EXPECT_EQ(first, std::vector<std::string>{"from one"});
  EXPECT_EQ(second, std::vector<std::string>{"from two"});
  server_->allow({});
  EXPECT_FALSE(server_->reply({.key = keys.key, .connection = 1}, as_bytes("x")));
}

TEST_F(FabricTest, RefusesAnUnknownKey) {
  serve({make_link_keys().key});
  const Dialled dialled = dial(make_link_keys(), {.on_frame = [](ByteView) {}});
  run_until([&] { return server_->counters().refused_joins >= 2; });
  EXPECT_FALSE(dialled.client->connected());
  EXPECT_EQ(dialled.client->send(as_bytes("x")).error().fault, Fault::Unavailable);
  EXPECT_EQ(server_->counters().delivered, 0U);
}

TEST_F(FabricTest, ClosedDoorKeepsWhoIsInAndAdmitsNobodyNew) {
  const KeyPair inside = make_link_keys();
  const KeyPair outside = make_link_keys();
  serve({inside.key, outside.key});
  const Dialled first = dial(inside, {.on_frame = [](ByteView) {}});
  run_until([&] { return first.client->connected(); });
  server_->set_door(Door::Closed);
  const Dialled second = dial(outside, {.on_frame = [](ByteView) {}});
  run_until([&] { return server_->counters().refused_joins >= 2; });
  EXPECT_FALSE(second.client->connected());
  ASSERT_TRUE(first.client->send(as_bytes("still here")));
  run_until([&] { return server_->counters().delivered == 1; });
  server_->set_door(Door::Open);
  run_until([&] { return second.client->connected(); });
}

TEST_F(FabricTest, DeadOrHungHandlerLetsNobodyIn) {
  for (const ZapFault fault : {ZapFault::Dead, ZapFault::Hung}) {
    context_ = std::move(*Context::create());
    const KeyPair keys = make_link_keys();
    serve({keys.key});
    context_->break_zap_for_test(fault);
    {
      const Dialled dialled = dial(keys, {.on_frame = [](ByteView) {}});
      loop::Timer long_enough(loop_);
      long_enough.start(Duration(500), [&] { loop_.stop(); });
      loop_.run();
      EXPECT_FALSE(dialled.client->connected());
    }
    EXPECT_EQ(server_->counters().delivered, 0U);
    pump_.reset();
    server_.reset();
  }
}

TEST_F(FabricTest, DropsMessagesOfSeveralFramesAndOnesTooLong) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  RawPeer peer(server_->endpoint(), server_keys_.key, keys);
  peer.send(3, ZMQ_SNDMORE);
  peer.send(3, ZMQ_SNDMORE);
  peer.send(3);
  peer.send(0);
  peer.send(kFrameBytesMax + 1);
  peer.send(5);
  run_until([&] { return server_->counters().delivered == 1; });
  EXPECT_EQ(server_->counters().malformed, 2U);
  EXPECT_EQ(server_->counters().oversized, 1U);
}

TEST_F(FabricTest, ClosesOnAMessageBeyondTheLimitOfTheLibrary) {
  const KeyPair keys = make_link_keys();
  serve({}, Admit::Any);
  RawPeer peer(server_->endpoint(), server_keys_.key, keys);
  peer.send(100);
  run_until([&] { return server_->counters().delivered == 1; });
  peer.send(8192);
  run_until([&] { return !server_->send(keys.key, as_bytes("gone?")); });
  EXPECT_EQ(server_->counters().unroutable, 1U);
  EXPECT_EQ(server_->counters().delivered, 1U);
}

TEST_F(FabricTest, DropsAPeerThatChoseItsOwnRoutingId) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  RawPeer peer(server_->endpoint(), server_keys_.key, keys, "chosen");
  peer.send(5);
  run_until([&] { return server_->counters().malformed == 1; });
  EXPECT_EQ(server_->counters().delivered, 0U);
}

/// With ROUTER_HANDOVER the second would take the first one's place, and its answers.
TEST_F(FabricTest, TheFirstToChooseARoutingIdKeepsIt) {
  const KeyPair first_keys = make_link_keys();
  const KeyPair second_keys = make_link_keys();
  const KeyPair third_keys = make_link_keys();
  serve({first_keys.key, second_keys.key, third_keys.key});
  RawPeer first(server_->endpoint(), server_keys_.key, first_keys, "chosen");
  first.send(5);
  run_until([&] { return server_->counters().malformed == 1; });
  RawPeer second(server_->endpoint(), server_keys_.key, second_keys, "chosen");
  second.send(5);
  // Whoever joins after the second says so: by then the second had its chance.
  const Dialled witness = dial(third_keys, {.on_frame = [](ByteView) {}});
  run_until([&] { return witness.client->connected() && second.joined(); });
  for (std::uint64_t sent = 1; sent <= 3; ++sent) {
    first.send(5);
    run_until([&] { return server_->counters().malformed >= 1 + sent; });
    ASSERT_TRUE(witness.client->send(as_bytes("and now?")));
    run_until([&] { return server_->counters().delivered == sent; });
  }
  EXPECT_EQ(server_->counters().malformed, 4U) << "all of the first, and none of the second";
}

TEST_F(FabricTest, ReadsBackHowManySocketsAndThreads) {
  EXPECT_TRUE(Context::create({.sockets_max = 64, .io_threads = 2}));
  EXPECT_FALSE(Context::create({.sockets_max = 0, .io_threads = 1}));
  EXPECT_FALSE(Context::create({.sockets_max = 64, .io_threads = -1}));
}

/// Those that libzmq did not start.
std::size_t own_threads() {
  std::size_t count = 0;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(thread.path() / "comm"), name);
    if (!name.starts_with("ZMQ")) ++count;
  }
  return count;
}

TEST_F(FabricTest, WhoOnlyDialsHasNoHandlerOfKeys) {
  const std::size_t before = own_threads();
  const KeyPair keys = make_link_keys();
  const auto client = Client::create(
      *context_, {.endpoint = "tcp://127.0.0.1:1", .server_key = server_keys_.key, .keys = keys},
      {.on_frame = [](ByteView) {}});
  ASSERT_TRUE(client);
  // A thread gets its name a little after its start.
  run_until([&] { return own_threads() == before; });
  ASSERT_FALSE(HasFailure());
  serve({keys.key});
  run_until([&] { return own_threads() == before + 1; });
}

TEST_F(FabricTest, CountsAPeerThatInsistsOnNull) {
  serve({});
  const auto said = talk_plainly(server_->endpoint());
  ASSERT_TRUE(said);
  run_until([&] { return server_->counters().failed_handshakes == 1; });
  EXPECT_EQ(server_->counters().delivered, 0U);
}

TEST_F(FabricTest, DoesNotCountTheSelfTestsOwnAttempts) {
  serve({});
  const Status passed = self_test(server_->self_test_target(), Duration(10000));
  ASSERT_TRUE(passed) << passed.error().detail;
  const auto said = talk_plainly(server_->endpoint());
  ASSERT_TRUE(said);
  run_until([&] { return server_->counters().failed_handshakes == 1; });
  EXPECT_EQ(server_->counters().refused_joins, 0U);
}

TEST(RefusalWatchTest, TellsWhatGrewAndNotTooOften) {
  struct Lines : Log {
    void event(Level level, std::string_view, std::initializer_list<Field> fields) override {
      EXPECT_EQ(level, Level::Warn);
      said.emplace_back();
      for (const Field& field : fields) said.back() += std::string(field.name) + field.value + " ";
    }
    std::vector<std::string> said;
  } log;
  RefusalWatch watch(log);
  const auto at = [](int seconds) {
    return Now{.mono = instant_from_ms(1000 * seconds), .wall = {}};
  };
  watch.look({.delivered = 5}, at(0));
  EXPECT_TRUE(log.said.empty());
  watch.look({.refused_joins = 2, .failed_handshakes = 1}, at(1));
  watch.look({.refused_joins = 2, .failed_handshakes = 7}, at(2));
  ASSERT_EQ(log.said.size(), 1U);
  watch.look({.refused_joins = 2, .failed_handshakes = 8}, at(12));
  watch.look({.refused_joins = 2, .failed_handshakes = 8}, at(30));
  ASSERT_EQ(log.said.size(), 2U);
  EXPECT_EQ(log.said[1].substr(0, 19), "keys0 handshakes7 u");
}

TEST_F(FabricTest, RemovalOfAKeyBitesOnAnOpenConnection) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  Client* self = nullptr;
  const Dialled dialled =
      dial(keys, {.on_frame = [](ByteView) {},
                  .on_connected = [&] { ASSERT_TRUE(self->send(as_bytes("one"))); }});
  self = dialled.client.get();
  run_until([&] { return server_->counters().delivered == 1; });
  ASSERT_TRUE(server_->send(keys.key, as_bytes("reachable")));
  server_->allow({});
  EXPECT_EQ(server_->send(keys.key, as_bytes("x")).error().fault, Fault::Unavailable);
  ASSERT_TRUE(self->send(as_bytes("two")));
  run_until([&] { return server_->counters().not_admitted == 1; });
  EXPECT_EQ(server_->counters().delivered, 1U);
}

TEST_F(FabricTest, ADepartedPeerIsAValueAndItsReturnIsFound) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  for (std::uint64_t round = 1; round <= 2; ++round) {
    Client* self = nullptr;
    const Dialled dialled =
        dial(keys, {.on_frame = [](ByteView) {},
                    .on_connected = [&] { ASSERT_TRUE(self->send(as_bytes("here"))); }});
    self = dialled.client.get();
    run_until([&] { return server_->counters().delivered == round; });
    EXPECT_TRUE(server_->send(keys.key, as_bytes("answer")));
  }
  run_until([&] { return !server_->send(keys.key, as_bytes("anyone?")); });
  EXPECT_EQ(server_->send(keys.key, as_bytes("x")).error().fault, Fault::Unavailable);
  EXPECT_GE(server_->counters().unroutable, 2U);
}

TEST_F(FabricTest, TheNewestConnectionOfAKeyGetsTheAnswers) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  Client* first = nullptr;
  const Dialled one =
      dial(keys, {.on_frame = [](ByteView) { ADD_FAILURE() << "to the old one"; },
                  .on_connected = [&] { EXPECT_TRUE(first->send(as_bytes("1"))); }});
  first = one.client.get();
  run_until([&] { return server_->counters().delivered == 1; });
  Client* second = nullptr;
  int answers = 0;
  const Dialled two =
      dial(keys, {.on_frame = [&](ByteView) { ++answers; },
                  .on_connected = [&] { EXPECT_TRUE(second->send(as_bytes("2"))); }});
  second = two.client.get();
  run_until([&] { return server_->counters().delivered == 2; });
  ASSERT_TRUE(first->send(as_bytes("straggler")));
  run_until([&] { return server_->counters().delivered == 3; });
  ASSERT_TRUE(server_->send(keys.key, as_bytes("answer")));
  run_until([&] { return answers == 1; });
}

/// Whether the kernel asks after the peers of a server: the timer of their connections in
/// /proc/net/tcp is 02 (keepalive).
bool kernel_watches(const std::string& endpoint) {
  const int port = std::stoi(endpoint.substr(endpoint.rfind(':') + 1));
  std::ifstream table("/proc/net/tcp");
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string slot;
    std::string local;
    std::string remote;
    std::string state;
    std::string queues;
    std::string timer;
    words >> slot >> local >> remote >> state >> queues >> timer;
    if (state != "01" || local.find(':') == std::string::npos) continue;
    if (std::stoi(local.substr(local.find(':') + 1), nullptr, 16) != port) continue;
    return timer.starts_with("02:");
  }
  return false;
}

TEST_F(FabricTest, ServerOfManyLeavesTheirLivenessToTheKernel) {
  const KeyPair keys = make_link_keys();
  serve({keys.key}, Admit::Listed, std::nullopt, Watch::Kernel);
  bool answered = false;
  on_server_frame_ = [&](const Sender& from, ByteView frame) {
    ASSERT_TRUE(server_->send(from.key, frame));
  };
  const Dialled dialled = dial(keys, {.on_frame = [&](ByteView) { answered = true; }});
  run_until([&] { return dialled.client->connected(); });
  ASSERT_TRUE(dialled.client->send(as_bytes("x")));
  run_until([&] { return answered && kernel_watches(server_->endpoint()); });
}

TEST_F(FabricTest, WhoAsksForRoomFirstLosesNothingToASlowServer) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  const Dialled dialled = dial(keys, {.on_frame = [](ByteView) {}});
  run_until([&] { return dialled.client->connected(); });
  EXPECT_TRUE(dialled.client->has_room());
  pump_.reset();  // the server does not read
  std::uint64_t sent = 0;
  const Bytes frame(32 * 1024);
  // What the kernel and the library take is some megabytes; the I/O thread goes on taking it.
  for (int idle = 0; idle < 100; ++idle) {
    while (dialled.client->has_room()) {
      ASSERT_TRUE(dialled.client->send(frame));
      ++sent;
      idle = 0;
    }
    loop::Timer pause(loop_);
    pause.start(Duration(2), [&] { loop_.stop(); });
    loop_.run();
  }
  EXPECT_GT(sent, 64U);
  pump_ = std::make_unique<loop::SocketPump>(loop_, server_->wake_fd(),
                                             [this] { return server_->drain(16); });
  run_until([&] { return server_->counters().delivered == sent && dialled.client->has_room(); });
}

}  // namespace
}  // namespace mainstay::fabric
