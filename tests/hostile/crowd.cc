// Too many, too much, too slow: connections that say nothing, handshakes that never end, and a key
// that is good and never silent.
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/loop/boot_id.h"
#include "common/loop/clock.h"
#include "common/loop/fd.h"
#include "common/wire/encode.h"
#include "tests/hostile/executor_link.h"
#include "tests/hostile/host_peer.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

namespace {

Duration seconds_of(const Arguments& arguments, std::uint64_t otherwise) {
  return std::chrono::seconds(arguments.number("seconds", otherwise));
}

/// Of tcp://address:port.
loop::Fd connect_tcp(const std::string& endpoint) {
  const std::string place = endpoint.substr(endpoint.find("//") + 2);
  const std::size_t colon = place.find(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(place.c_str() + colon + 1)));
  ::inet_pton(AF_INET, place.substr(0, colon).c_str(), &address.sin_addr);
  loop::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    give_up(endpoint + ": " + std::strerror(errno));
  }
  return fd;
}

/// Until the other side has closed it; false if `until` comes first.
bool is_closed_by(const loop::Fd& fd, Instant until) {
  while (true) {
    const Duration left = until - loop::boottime_now();
    pollfd item{.fd = fd.get(), .events = POLLIN, .revents = 0};
    if (left <= Duration(0) || ::poll(&item, 1, static_cast<int>(left.count())) <= 0) return false;
    char bytes[256];
    if (::recv(fd.get(), bytes, sizeof bytes, 0) <= 0) return true;
  }
}

Bytes frame_of(const std::string& kind, const BootId& boot) {
  if (kind == "report") return encode(HostMessage(plain_report(boot, 1)));
  // Each greeting asks for labels and for all statements anew.
  if (kind == "hello") return encode(HostMessage(plain_hello(boot)));
  if (kind == "large") return Bytes(60'000, std::byte{0x5a});
  return Bytes(100, std::byte{0x5a});
}

}  // namespace

/// idle --config AGENT.CONF --connections N: as many as are let in under one key, silent until
/// ended. They try again, but not so often that handshakes alone would be a flood.
int run_idle(const Arguments& arguments) {
  const int wanted = static_cast<int>(arguments.number("connections", 1000));
  HostPeer peer(identity_of(arguments.text("config")),
                {.connections = wanted, .reconnect = std::chrono::seconds(5)});
  say("tried", std::to_string(wanted));
  say("joined", std::to_string(peer.connected(wanted, seconds_of(arguments, 8))));
  ::pause();
  return 0;
}

/// slow --endpoint tcp://ADDRESS:PORT --connections N: some say nothing, some the first bytes of a
/// greeting, some a whole greeting and no more.
int run_slow(const Arguments& arguments) {
  // ZMTP 3.1: signature, version, mechanism, role; then each side speaks of its mechanism.
  static constexpr char kGreeting[] = "\xff\0\0\0\0\0\0\0\1\x7f\3\1CURVE";
  std::vector<loop::Fd> held;
  for (std::uint64_t i = 0; i < arguments.number("connections", 300); ++i) {
    held.push_back(connect_tcp(arguments.text("endpoint")));
    std::array<char, 64> greeting{};
    std::memcpy(greeting.data(), kGreeting, sizeof kGreeting);
    const std::size_t size = std::array<std::size_t, 4>{0, 1, 10, 64}.at(i % 4);
    (void)::send(held.back().get(), greeting.data(), size, MSG_NOSIGNAL);
  }
  say("holds", std::to_string(held.size()));
  const Instant until = loop::boottime_now() + seconds_of(arguments, 30);
  std::size_t closed = 0;
  for (const loop::Fd& fd : held) closed += is_closed_by(fd, until) ? 1U : 0U;
  say("closed", std::to_string(closed));
  return 0;
}

/// flood --config AGENT.CONF --kind junk|report|hello|large --seconds N [--unread 1]
int run_flood(const Arguments& arguments) {
  const bool is_unread = arguments.number("unread", 0) != 0;
  HostPeer peer(identity_of(arguments.text("config")),
                {.receive_mark = is_unread ? 1 : 1000, .patience = std::chrono::seconds(1)});
  if (peer.connected(1, seconds_of(arguments, 5)) == 1) say("joined", "1");
  const Bytes frame = frame_of(arguments.text("kind"), must(loop::boot_id()));
  std::uint64_t sent = 0;
  std::uint64_t heard = 0;
  const Instant until = loop::boottime_now() + seconds_of(arguments, 5);
  while (loop::boottime_now() < until) {
    for (int i = 0; i < 100; ++i) sent += peer.send(frame) ? 1U : 0U;
    while (!is_unread && peer.receive(Duration(0))) ++heard;
  }
  say("sent", std::to_string(sent));
  say("heard", std::to_string(heard));
  return 0;
}

/// pester --socket SOCKET --uid UID --seconds N: the same at the executor's socket, reading
/// nothing, and more connections than it takes.
int run_pester(const Arguments& arguments) {
  const auto uid = static_cast<uid_t>(arguments.number("uid", 0));
  std::vector<loop::Fd> crowd;
  for (int i = 0; i < 40; ++i) crowd.push_back(connect_as(arguments.text("socket"), uid));
  const Bytes ask = encode(ExecutorRequest(AskState{}));
  const Bytes log = encode(ExecutorRequest(AskLog{}));
  const Bytes junk(1000, std::byte{0x5a});
  std::uint64_t sent = 0;
  const Instant until = loop::boottime_now() + seconds_of(arguments, 5);
  while (loop::boottime_now() < until) {
    for (const loop::Fd& fd : crowd) {
      for (const Bytes* frame : {&ask, &log, &junk}) {
        const auto done =
            ::send(fd.get(), frame->data(), frame->size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += done >= 0 ? 1U : 0U;
      }
    }
  }
  say("sent", std::to_string(sent));
  return 0;
}

}  // namespace mainstay::hostile
