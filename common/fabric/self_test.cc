#include "common/fabric/self_test.h"

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "common/fabric/descriptors.h"
#include "common/fabric/guard.h"
#include "common/fabric/monitor.h"
#include "common/fabric/socket.h"

namespace mainstay::fabric {

namespace {

// Of one context with a socket and its monitor, in both of its ends; libzmq aborts halfway without.
constexpr std::size_t kTestDescriptors = 24;

enum class Verdict { Accepted, Refused, Silent };

/// A server bound to every address is tried at the local one.
std::string reachable(std::string endpoint) {
  for (const auto& [any, local] :
       {std::pair{"://0.0.0.0:", "://127.0.0.1:"}, std::pair{"://[::]:", "://[::1]:"}}) {
    const std::size_t at = endpoint.find(any);
    if (at != std::string::npos) endpoint.replace(at, std::strlen(any), local);
  }
  return endpoint;
}

Verdict wait_for_verdict(zmq::socket_t& monitor, Duration time_max) {
  const auto end = std::chrono::steady_clock::now() + time_max;
  while (true) {
    const auto left = std::chrono::duration_cast<Duration>(end - std::chrono::steady_clock::now());
    if (left <= Duration(0)) return Verdict::Silent;
    monitor.set(zmq::sockopt::rcvtimeo, to_int(left));
    const std::optional<int> event = next_event(monitor, 0);
    if (!event) continue;
    if (*event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) return Verdict::Accepted;
    if ((*event & (kHandshakeFailures | ZMQ_EVENT_DISCONNECTED)) != 0) return Verdict::Refused;
  }
}

/// The verdict of the server on one connection; without keys, by the mechanism NULL.
Verdict try_to_connect(const SelfTestTarget& target, const std::optional<KeyPair>& keys,
                       Duration time_max) {
  zmq::context_t context;
  zmq::socket_t socket(context, zmq::socket_type::dealer);
  socket.set(zmq::sockopt::linger, 0);
  if (keys) {
    OptionSetter setter(socket);
    setter.key(ZMQ_CURVE_SERVERKEY, target.server_key.view())
        .key(ZMQ_CURVE_PUBLICKEY, keys->key.view())
        .key(ZMQ_CURVE_SECRETKEY, keys->secret.view());
    if (!setter.status()) return Verdict::Silent;
  }
  constexpr int kEvents =
      ZMQ_EVENT_HANDSHAKE_SUCCEEDED | kHandshakeFailures | ZMQ_EVENT_DISCONNECTED;
  zmq::socket_t monitor = open_monitor(context, socket, "inproc://monitor", kEvents);
  socket.connect(reachable(target.endpoint));
  return wait_for_verdict(monitor, time_max);
}

}  // namespace

Status self_test(const SelfTestTarget& target, Duration time_max) {
  return guarded([&]() -> Status {
           // A refusal counts only beside an acceptance: a dead server refuses everybody.
           if (try_to_connect(target, target.known, time_max) != Verdict::Accepted) {
             return fail(Fault::Unavailable, "self-test: a known key is not accepted");
           }
           const KeyPair stranger = make_link_keys();
           if (target.admission) target.admission->expect_stranger(stranger.key);
           if (target.admit == Admit::Listed &&
               try_to_connect(target, stranger, time_max) == Verdict::Accepted) {
             return fail(Fault::Denied, "self-test: an unknown key is accepted");
           }
           // An honest NULL client gives up by itself when it sees that CURVE is asked for. That
           // too proves that NULL is not what this server speaks.
           if (target.admission) target.admission->expect_failure(1);
           const Verdict null = try_to_connect(target, std::nullopt, time_max);
           if (target.admission && null == Verdict::Silent) target.admission->expect_failure(-1);
           if (null == Verdict::Accepted) {
             return fail(Fault::Denied, "self-test: the mechanism NULL is accepted");
           }
           return {};
         })
      .value_or(fail(Fault::Unavailable, "self-test: out of sockets"));
}

SelfTestThread::SelfTestThread(SelfTestTarget target, Duration period,
                               std::move_only_function<void(Error)> on_failure)
    : target_(std::move(target)),
      period_(period),
      on_failure_(std::move(on_failure)),
      thread_([this] { run(); }) {}

SelfTestThread::~SelfTestThread() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

bool SelfTestThread::is_possible() const {
  if (target_.listening != nullptr && !*target_.listening) return false;
  return descriptors_left(kTestDescriptors);
}

void SelfTestThread::run() {
  constexpr Duration kTimeMax{10000};  // a server with ten thousand joins before it needs seconds
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (ended_.wait_for(lock, period_, [this] { return end_; })) return;
    }
    if (!is_possible()) continue;
    if (Status status = self_test(target_, kTimeMax); !status && is_possible()) {
      on_failure_(std::move(status).error());
      return;
    }
  }
}

}  // namespace mainstay::fabric
