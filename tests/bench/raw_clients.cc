// The far side of raw_server: the product's own dialling socket, which says a word when it is
// connected and answers each order with its bytes. On the line `chatter` each sends 1 KiB each 10 s
// from then on, some of which are answered; on `latencies` it prints how long that took.
//
//   raw_clients ENDPOINT SECRET-OF-THE-SERVER-IN-HEX COUNT
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "common/core/rng.h"
#include "common/crypto/random.h"
#include "common/fabric/client.h"
#include "tests/swarm/latencies.h"
#include "tests/swarm/reactor.h"

namespace {

using namespace mainstay;

constexpr std::size_t kClientsOfContext = 2500;
constexpr Duration kInterval = std::chrono::seconds(10);
constexpr std::uint32_t kAskedPerMille = 16;  // as hosts of the swarm
constexpr std::size_t kReportBytes = 1024;
constexpr int kSocketsOfContext = 3 * static_cast<int>(kClientsOfContext) + 64;

struct Shared {
  swarm::Reactor reactor;
  swarm::Latencies latencies;
  Rng rng{crypto::random_seed()};
};

class RawClient : public swarm::Member {
 public:
  RawClient(Shared& shared, fabric::Context& context, fabric::ClientOptions options)
      : shared_(shared) {
    auto client = fabric::Client::create(context, std::move(options),
                                         {.on_frame = [this](ByteView frame) { hear(frame); },
                                          .on_connected = [this] { say(as_bytes("here")); }});
    if (!client) {
      (void)std::fprintf(stderr, "raw_clients: %s\n", client.error().detail.c_str());
      std::exit(1);
    }
    client_ = std::move(*client);
    shared_.reactor.watch(client_->wake_fd(), *this);
  }
  bool drain() override { return client_->drain(64); }
  void tick() override {
    std::string frame(kReportBytes, 'r');
    if (!asked_at_ && shared_.rng.chance(kAskedPerMille)) {
      frame[0] = 'p';
      asked_at_ = swarm::Latencies::Clock::now();
    }
    say(as_bytes(frame));
    shared_.reactor.arm(*this, shared_.reactor.now().mono + kInterval);
  }
  void chatter() {
    const auto wait = shared_.rng.below(static_cast<std::uint64_t>(kInterval.count()));
    shared_.reactor.arm(*this,
                        shared_.reactor.now().mono + Duration(static_cast<std::int64_t>(wait)));
  }

 private:
  void hear(ByteView frame) {
    if (frame.empty() || frame[0] != std::byte{'p'}) return say(frame);
    if (asked_at_) shared_.latencies.add(*asked_at_);
    asked_at_.reset();
  }
  void say(ByteView frame) {
    if (!client_->send(frame)) (void)std::fputs("raw_clients: unsent\n", stderr);
    shared_.reactor.wake(*this);
  }

  Shared& shared_;
  std::optional<swarm::Latencies::Clock::time_point> asked_at_;
  std::unique_ptr<fabric::Client> client_;
};

}  // namespace

int main(int count, char** words) {
  const auto secret_bytes = count == 4 ? from_hex(words[2]) : std::nullopt;
  const auto secret = secret_bytes ? fabric::LinkSecret::from(*secret_bytes) : std::nullopt;
  if (!secret) {
    (void)std::fputs("usage: raw_clients ENDPOINT SECRET-OF-THE-SERVER-IN-HEX COUNT\n", stderr);
    return 2;
  }
  Shared shared;
  std::vector<std::unique_ptr<fabric::Context>> contexts;
  std::vector<std::unique_ptr<RawClient>> clients;
  const std::size_t wanted = std::strtoul(words[3], nullptr, 10);
  for (std::size_t i = 0; i < wanted; ++i) {
    if (i % kClientsOfContext == 0) {
      auto context = fabric::Context::create({.sockets_max = kSocketsOfContext});
      if (!context) return 1;
      contexts.push_back(std::move(*context));
    }
    fabric::ClientOptions options{.endpoint = words[1],
                                  .server_key = fabric::public_key_of(*secret),
                                  .keys = fabric::make_link_keys()};
    clients.push_back(std::make_unique<RawClient>(shared, *contexts.back(), std::move(options)));
  }
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (true) {
    shared.reactor.turn(Duration(20));
    if (::poll(&input, 1, 0) == 0) continue;
    std::string line;
    if (!std::getline(std::cin, line)) break;
    if (line == "latencies") shared.latencies.print();
    if (line != "chatter") continue;
    for (auto& client : clients) client->chatter();
  }
  std::_Exit(0);
}
