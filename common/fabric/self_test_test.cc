#include "common/fabric/self_test.h"

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
