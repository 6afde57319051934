#include "tests/hostile/host_peer.h"

#include <zmq.hpp>

#include "agent/shell/identity.h"
#include "common/loop/clock.h"
#include "common/wire/encode.h"
#include "tests/hostile/arguments.h"

namespace mainstay::hostile {

namespace {

std::string_view text_of(ByteView bytes) {
  return as_text(bytes);
}

}  // namespace

Identity identity_of(const std::string& agent_conf) {
  const agent::AgentConfig config = must(agent::read_agent_config(agent_conf));
  const auto enrolment = must(agent::load_enrolment(config));
  if (!enrolment) give_up(agent_conf + ": that host has not enrolled");
  return {.host = enrolment->host,
          .endpoint = enrolment->gate_endpoint,
          .server = enrolment->gate_key,
          .keys = must(agent::link_keys(config)),
          .labels = enrolment->labels};
}

struct HostPeer::Impl {
  std::string endpoint;
  zmq::context_t context;
  zmq::socket_t socket{context, zmq::socket_type::dealer};
  zmq::socket_t monitor{context, zmq::socket_type::pair};
  int connected = 0;
  int opened = 0;
};

HostPeer::HostPeer(const Identity& identity) : HostPeer(identity, Options{}) {}

HostPeer::HostPeer(const Identity& identity, Options options) : impl_(std::make_unique<Impl>()) {
  zmq::socket_t& socket = impl_->socket;
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::immediate, 1);
  socket.set(zmq::sockopt::reconnect_ivl, static_cast<int>(options.reconnect.count()));
  socket.set(zmq::sockopt::sndtimeo, static_cast<int>(options.patience.count()));
  socket.set(zmq::sockopt::rcvhwm, options.receive_mark);
  socket.set(zmq::sockopt::curve_serverkey, text_of(identity.server.view()));
  socket.set(zmq::sockopt::curve_publickey, text_of(identity.keys.key.view()));
  socket.set(zmq::sockopt::curve_secretkey, text_of(identity.keys.secret.view()));
  zmq_socket_monitor(socket.handle(), "inproc://monitor", ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
  impl_->monitor.connect("inproc://monitor");
  impl_->endpoint = identity.endpoint;
  connect(options.connections);
}

void HostPeer::connect(int connections) {
  const std::string place = impl_->endpoint.substr(impl_->endpoint.find("//") + 2);
  for (int i = 0; i < connections; ++i) {
    // A second connection to one endpoint is ignored by the library, unless it comes from another
    // address of this machine.
    const int n = impl_->opened++;
    const std::string from = "127.1." + std::to_string(n / 250) + "." + std::to_string(n % 250 + 1);
    impl_->socket.connect("tcp://" + from + ":0;" + place);
  }
}

HostPeer::~HostPeer() {
  zmq_socket_monitor(impl_->socket.handle(), nullptr, 0);
}

bool HostPeer::send(ByteView frame) {
  return zmq_send(impl_->socket.handle(), frame.data(), frame.size(), 0) >= 0;
}

bool HostPeer::send_parts(const std::vector<Bytes>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int more = i + 1 < parts.size() ? ZMQ_SNDMORE : 0;
    if (zmq_send(impl_->socket.handle(), parts[i].data(), parts[i].size(), more) < 0) return false;
  }
  return true;
}

bool HostPeer::say(const HostMessage& message) {
  return send(encode(message));
}

bool HostPeer::push(ByteView frame) {
  return zmq_send(impl_->socket.handle(), frame.data(), frame.size(), ZMQ_DONTWAIT) >= 0;
}

std::optional<Bytes> HostPeer::receive(Duration patience) {
  impl_->socket.set(zmq::sockopt::rcvtimeo, static_cast<int>(patience.count()));
  zmq::message_t frame;
  if (zmq_msg_recv(frame.handle(), impl_->socket.handle(), 0) < 0) return std::nullopt;
  return Bytes(frame.data<std::byte>(), frame.data<std::byte>() + frame.size());
}

int HostPeer::connected(int wanted, Duration patience) {
  const Instant until = loop::boottime_now() + patience;
  while (impl_->connected < wanted && loop::boottime_now() < until) {
    impl_->monitor.set(zmq::sockopt::rcvtimeo, 100);
    zmq::message_t event;
    while (zmq_msg_recv(event.handle(), impl_->monitor.handle(), 0) >= 0) {
      if (!event.more()) ++impl_->connected;  // of each event the second frame is the last
    }
  }
  return impl_->connected;
}

Hello plain_hello(const BootId& boot) {
  Hello hello;
  hello.agent_version = "1";
  hello.boot = boot;
  hello.boottime = loop::boottime_now();
  hello.wall = loop::walltime_now();
  hello.os = "debian 12";
  hello.architecture = "amd64";
  return hello;
}

Report plain_report(const BootId& boot, std::uint64_t sequence) {
  Report report;
  report.sequence = sequence;
  report.boot = boot;
  report.boottime = loop::boottime_now();
  report.wall = loop::walltime_now();
  report.health_at = report.wall;
  return report;
}

}  // namespace mainstay::hostile
