#include "common/fabric/socket.h"

#include <algorithm>
#include <array>

namespace mainstay::fabric {

void OptionSetter::refuse(int option, const char* what) {
  status_ = fail(Fault::Unavailable, "zmq option " + std::to_string(option) + ": " + what);
}

void OptionSetter::set(int option, const void* value, std::size_t size) {
  if (status_ && zmq_setsockopt(socket_, option, value, size) != 0) {
    refuse(option, zmq_strerror(zmq_errno()));
  }
}

OptionSetter& OptionSetter::number(int option, int value) {
  set(option, &value, sizeof value);
  int back = ~value;
  std::size_t size = sizeof back;
  if (status_ && (zmq_getsockopt(socket_, option, &back, &size) != 0 || back != value)) {
    refuse(option, "does not read back");
  }
  return *this;
}

OptionSetter& OptionSetter::wide(int option, std::int64_t value) {
  set(option, &value, sizeof value);
  std::int64_t back = ~value;
  std::size_t size = sizeof back;
  if (status_ && (zmq_getsockopt(socket_, option, &back, &size) != 0 || back != value)) {
    refuse(option, "does not read back");
  }
  return *this;
}

OptionSetter& OptionSetter::text(int option, const std::string& value) {
  set(option, value.data(), value.size());
  std::array<char, 256> back{};
  std::size_t size = back.size();
  if (status_ &&
      (zmq_getsockopt(socket_, option, back.data(), &size) != 0 || value != back.data())) {
    refuse(option, "does not read back");
  }
  return *this;
}

OptionSetter& OptionSetter::key(int option, ByteView value) {
  set(option, value.data(), value.size());
  std::array<std::byte, 32> back{};
  std::size_t size = back.size();
  if (status_ && (zmq_getsockopt(socket_, option, back.data(), &size) != 0 ||
                  !std::ranges::equal(back, value))) {
    refuse(option, "does not read back");
  }
  return *this;
}

OptionSetter& OptionSetter::blind(int option, int value) {
  set(option, &value, sizeof value);
  return *this;
}

void set_liveness(OptionSetter& options) {
  // Without a TTL: for each of them the peer would keep a timer, and they are what costs it.
  options.number(ZMQ_LINGER, 0)
      .number(ZMQ_HEARTBEAT_IVL, 5000)
      .number(ZMQ_HEARTBEAT_TIMEOUT, 10000)
      .number(ZMQ_HEARTBEAT_TTL, 0);
}

void leave_liveness_to_kernel(OptionSetter& options) {
  options.number(ZMQ_LINGER, 0)
      .number(ZMQ_HEARTBEAT_IVL, 0)
      .number(ZMQ_TCP_KEEPALIVE, 1)
      .number(ZMQ_TCP_KEEPALIVE_IDLE, 10)
      .number(ZMQ_TCP_KEEPALIVE_INTVL, 5)
      .number(ZMQ_TCP_KEEPALIVE_CNT, 3)
      .number(ZMQ_TCP_MAXRT, 15000);
}

Received receive_one(void* socket, bool has_sender) {
  using What = Received::What;
  Received received{.what = What::Frame};
  zmq::message_t& first = has_sender ? received.sender : received.frame;
  if (zmq_msg_recv(first.handle(), socket, ZMQ_DONTWAIT) < 0) return {.what = What::Nothing};
  bool more = first.more();
  if (has_sender) {
    if (!more) return {.what = What::Malformed};
    // All frames of a message arrive together: this does not wait.
    if (zmq_msg_recv(received.frame.handle(), socket, ZMQ_DONTWAIT) < 0) {
      return {.what = What::Malformed};
    }
    more = received.frame.more();
  }
  if (!more) return received;
  zmq::message_t rest;
  while (more && zmq_msg_recv(rest.handle(), socket, ZMQ_DONTWAIT) >= 0) more = rest.more();
  return {.what = What::Malformed};
}

}  // namespace mainstay::fabric
