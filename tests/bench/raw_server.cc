// The limit of a gate: a bare libzmq ROUTER with CURVE and the gate's options, no handler of keys,
// no lookups, nothing decoded. raw_clients talks to it.
//
//   raw_server ENDPOINT SECRET-IN-HEX
//
// Each peer says a word when it is connected. On the line `order` it sends 300 bytes to each and
// counts what comes back. A frame of 1 KiB is a report, and one that begins with `p` is answered.
// Prints counts as JSON whenever they have changed, at most each 5 ms.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_set>

#include <unistd.h>
#include <zmq.h>

#include "common/core/bytes.h"
#include "common/loop/clock.h"

namespace {

using namespace mainstay;

constexpr std::size_t kOrderBytes = 300;
constexpr std::size_t kReportBytes = 1024;
constexpr std::size_t kAnswerBytes = 24;

struct Server {
  void* socket = nullptr;
  std::unordered_set<std::string> peers;
  std::size_t replies = 0;
  std::size_t reports = 0;
  bool ordered = false;
};

void set(void* socket, int option, int value) {
  if (zmq_setsockopt(socket, option, &value, sizeof value) != 0) std::abort();
}

void* open_socket(const char* endpoint, const Bytes& secret) {
  void* context = zmq_ctx_new();
  void* socket = zmq_socket(context, ZMQ_ROUTER);
  set(socket, ZMQ_CURVE_SERVER, 1);
  set(socket, ZMQ_HANDSHAKE_IVL, 3000);
  set(socket, ZMQ_HEARTBEAT_IVL, 5000);
  set(socket, ZMQ_HEARTBEAT_TIMEOUT, 10000);
  set(socket, ZMQ_HEARTBEAT_TTL, 15000);
  set(socket, ZMQ_SNDHWM, 64);
  set(socket, ZMQ_RCVHWM, 256);
  set(socket, ZMQ_LINGER, 0);
  set(socket, ZMQ_BACKLOG, 8192);
  if (zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret.data(), secret.size()) != 0) std::abort();
  if (zmq_bind(socket, endpoint) != 0) {
    (void)std::fprintf(stderr, "raw_server: %s: %s\n", endpoint, zmq_strerror(zmq_errno()));
    std::exit(1);
  }
  return socket;
}

void answer(Server& server, const char* id, std::size_t length) {
  const std::array<char, kAnswerBytes> frame{'p'};
  zmq_send(server.socket, id, length, ZMQ_SNDMORE);
  zmq_send(server.socket, frame.data(), frame.size(), 0);
}

void receive_all(Server& server) {
  std::array<char, 4096> id{};
  std::array<char, 4096> frame{};
  for (int i = 0; i < 256; ++i) {
    const int length = zmq_recv(server.socket, id.data(), id.size(), ZMQ_DONTWAIT);
    if (length < 0) return;
    const int size = zmq_recv(server.socket, frame.data(), frame.size(), ZMQ_DONTWAIT);
    if (size == static_cast<int>(kReportBytes)) {
      server.reports += 1;
      if (frame[0] == 'p') answer(server, id.data(), static_cast<std::size_t>(length));
    } else if (server.ordered && size == static_cast<int>(kOrderBytes)) {
      server.replies += 1;
    } else {
      server.peers.emplace(id.data(), static_cast<std::size_t>(length));
    }
  }
}

void send_all(Server& server) {
  const std::array<char, kOrderBytes> order{};
  server.ordered = true;
  server.replies = 0;
  std::size_t sent = 0;
  for (const std::string& peer : server.peers) {
    zmq_send(server.socket, peer.data(), peer.size(), ZMQ_SNDMORE);
    zmq_send(server.socket, order.data(), order.size(), 0);
    if (++sent % 64 == 0) receive_all(server);
  }
}

long long now_ms() {
  return static_cast<long long>(to_ms(loop::boottime_now()));
}

}  // namespace

int main(int count, char** words) {
  const auto secret = count == 3 ? from_hex(words[2]) : std::nullopt;
  if (!secret || secret->size() != 32) {
    (void)std::fputs("usage: raw_server ENDPOINT SECRET-IN-HEX\n", stderr);
    return 2;
  }
  Server server;
  server.socket = open_socket(words[1], *secret);
  std::size_t peers_said = SIZE_MAX;  // nothing yet: the first line says that it listens
  std::size_t replies_said = 0;
  std::size_t reports_said = 0;
  long long said_at = 0;
  while (true) {
    std::array<zmq_pollitem_t, 2> items{};
    items[0].socket = server.socket;
    items[0].events = ZMQ_POLLIN;
    items[1].fd = STDIN_FILENO;
    items[1].events = ZMQ_POLLIN;
    zmq_poll(items.data(), items.size(), 5);
    if (items[1].revents != 0) {
      std::array<char, 64> line{};
      if (::read(STDIN_FILENO, line.data(), line.size() - 1) <= 0) std::_Exit(0);
      if (std::strncmp(line.data(), "order", 5) == 0) send_all(server);
    }
    receive_all(server);
    const bool changed = server.peers.size() != peers_said || server.replies != replies_said;
    // Reports trickle in all the time: a line a second is enough for them.
    const bool trickled = server.reports != reports_said && now_ms() - said_at >= 1000;
    if (!trickled && (!changed || now_ms() - said_at < 5)) continue;
    peers_said = server.peers.size();
    replies_said = server.replies;
    reports_said = server.reports;
    said_at = now_ms();
    (void)std::printf("{\"at_ms\":%lld,\"peers\":%zu,\"replies\":%zu,\"reports\":%zu}\n", said_at,
                      peers_said, replies_said, reports_said);
    (void)std::fflush(stdout);
  }
}
