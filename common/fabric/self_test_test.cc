#include "common/fabric/self_test.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>

#include <gtest/gtest.h>
#include <zmq.hpp>

#include "common/fabric/socket.h"
#include "common/fabric/test_world.h"

namespace mainstay::fabric {
namespace {

using SelfTestTest = FabricWorld;
constexpr Duration kTimeMax{1000};

TEST_F(SelfTestTest, PassesOnASoundServer) {
  serve({});
  const Status status = self_test(server_->self_test_target(), Duration(10000));
  EXPECT_TRUE(status) << status.error().detail;
}

TEST_F(SelfTestTest, PassesInEnrolmentModeWithoutTheUnknownKey) {
  serve({}, Admit::Any);
  const Status status = self_test(server_->self_test_target(), Duration(10000));
  EXPECT_TRUE(status) << status.error().detail;
}

TEST_F(SelfTestTest, FailsIfAnUnknownKeyGetsIn) {
  serve({}, Admit::Any);
  SelfTestTarget target = server_->self_test_target();
  target.admit = Admit::Listed;
  const Status status = self_test(target, kTimeMax);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().fault, Fault::Denied);
}

TEST_F(SelfTestTest, FailsWithAHandlerDeadOrHung) {
  for (const ZapFault fault : {ZapFault::Dead, ZapFault::Hung}) {
    context_ = std::move(*Context::create());
    serve({});
    context_->break_zap_for_test(fault);
    const Status status = self_test(server_->self_test_target(), kTimeMax);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().fault, Fault::Unavailable);
    pump_.reset();
    server_.reset();
  }
}

class BareServer {
 public:
  BareServer() : socket_(context_, zmq::socket_type::router) {
    socket_.set(zmq::sockopt::linger, 0);
  }
  zmq::socket_t& socket() { return socket_; }
  std::string bind() {
    socket_.bind("tcp://127.0.0.1:*");
    return socket_.get(zmq::sockopt::last_endpoint);
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_;
};

TEST_F(SelfTestTest, FailsWithoutADomain) {
  BareServer server;
  const KeyPair keys = make_link_keys();
  ASSERT_TRUE(OptionSetter(server.socket())
                  .number(ZMQ_CURVE_SERVER, 1)
                  .key(ZMQ_CURVE_SECRETKEY, keys.secret.view())
                  .number(kZapEnforceDomain, 1)
                  .status());
  const Status status = self_test({.endpoint = server.bind(),
                                   .server_key = keys.key,
                                   .known = make_link_keys(),
                                   .admit = Admit::Listed},
                                  kTimeMax);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().fault, Fault::Denied);
}

TEST_F(SelfTestTest, FailsOnAServerOfMechanismNull) {
  BareServer server;
  const Status status = self_test({.endpoint = server.bind(),
                                   .server_key = make_link_keys().key,
                                   .known = make_link_keys(),
                                   .admit = Admit::Listed},
                                  kTimeMax);
  EXPECT_FALSE(status);
}

// The door is closed meanwhile: nobody new is let in, and who was in goes on.
TEST_F(SelfTestTest, ThreadReportsAHungHandlerWhileNobodyIsLetIn) {
  const KeyPair keys = make_link_keys();
  serve({keys.key});
  bool heard = false;
  on_server_frame_ = [&](const Sender&, ByteView) { heard = true; };
  const Dialled inside = dial(keys, {});
  run_until([&] { return inside.client->connected(); });
  context_->break_zap_for_test(ZapFault::Hung);
  bool is_let_in = false;
  const Dialled outside =
      dial(keys, {.on_frame = [](ByteView) {}, .on_connected = [&] { is_let_in = true; }});
  std::atomic<bool> has_failed = false;
  SelfTestThread thread(server_->self_test_target(), Duration(20), [&](const Error& error) {
    EXPECT_EQ(error.fault, Fault::Unavailable);
    has_failed = true;
  });
  run_until([&] { return has_failed.load(); });
  EXPECT_FALSE(is_let_in);
  ASSERT_TRUE(inside.client->send(as_bytes("still here")));
  run_until([&] { return heard; });
}

// What gate and coordinator do with the report.
TEST_F(SelfTestTest, AProcessWithAHungHandlerEnds) {
  const auto live_with_it = [this] {
    context_ = std::move(*Context::create());
    serve({});
    context_->break_zap_for_test(ZapFault::Hung);
    const SelfTestThread thread(server_->self_test_target(), Duration(20), [](const Error& error) {
      std::fputs(error.detail.c_str(), stderr);
      std::_Exit(1);
    });
    std::promise<void>().get_future().wait();
  };
  context_.reset();  // its threads would not be in the child
  EXPECT_EXIT(live_with_it(), testing::ExitedWithCode(1), "a known key is not accepted");
  context_ = std::move(*Context::create());
}

TEST_F(SelfTestTest, ThreadReportsAFailureOnceAndEndsWhenAsked) {
  serve({});
  std::promise<Error> failed;
  SelfTestThread thread(server_->self_test_target(), Duration(20),
                        [&](Error error) { failed.set_value(std::move(error)); });
  context_->break_zap_for_test(ZapFault::Dead);
  EXPECT_EQ(failed.get_future().get().fault, Fault::Unavailable);
}

TEST_F(SelfTestTest, AnOptionThatDoesNotHoldIsSeen) {
  BareServer server;
  EXPECT_TRUE(OptionSetter(server.socket()).number(ZMQ_BACKLOG, 8192).status());
  // Stored in tenths of a second: what is read back differs.
  EXPECT_FALSE(OptionSetter(server.socket()).number(ZMQ_HEARTBEAT_TTL, 15050).status());
  EXPECT_FALSE(OptionSetter(server.socket()).number(9999, 1).status());
}

}  // namespace
}  // namespace mainstay::fabric
