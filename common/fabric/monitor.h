// Inside this folder only: the events of one socket, by libzmq's monitor.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include <zmq.hpp>

namespace mainstay::fabric {

inline constexpr int kHandshakeFailures = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                          ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                          ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

/// Starts the monitor of `socket` and returns the socket its events come from.
inline zmq::socket_t open_monitor(zmq::context_t& context, zmq::socket_t& socket,
                                  const std::string& name, int events, int waiting_max = 1000) {
  zmq::socket_t monitor(context, zmq::socket_type::pair);
  monitor.set(zmq::sockopt::linger, 0);
  monitor.set(zmq::sockopt::rcvhwm, waiting_max);
  const int failed = zmq_socket_monitor(socket.handle(), name.c_str(), events);
  if (failed != 0) throw zmq::error_t();  // tidy: allow throw, for guarded(), as the library does
  monitor.connect(name);
  return monitor;
}

struct MonitorEvent {
  int number = 0;
  int value = 0;  // a descriptor, for those that tell of one
};

/// The next event, waiting as the socket's timeout says.
inline std::optional<MonitorEvent> next_whole_event(zmq::socket_t& monitor, int flags) {
  zmq::message_t event;
  if (zmq_msg_recv(event.handle(), monitor.handle(), flags) < 0) return std::nullopt;
  zmq::message_t address;
  if (event.more()) zmq_msg_recv(address.handle(), monitor.handle(), 0);
  std::uint16_t number = 0;
  std::int32_t value = 0;
  if (event.size() < sizeof number + sizeof value) return MonitorEvent{};
  std::memcpy(&number, event.data(), sizeof number);
  std::memcpy(&value, event.data<char>() + sizeof number, sizeof value);
  return MonitorEvent{.number = number, .value = value};
}

inline std::optional<int> next_event(zmq::socket_t& monitor, int flags) {
  const auto event = next_whole_event(monitor, flags);
  return event ? std::optional(event->number) : std::nullopt;
}

}  // namespace mainstay::fabric
