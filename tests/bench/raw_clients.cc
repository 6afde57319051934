// The far side of raw_server: the product's own dialling socket, which says a word when it is
// connected and answers each order with its bytes.
//
//   raw_clients ENDPOINT SECRET-OF-THE-SERVER-IN-HEX COUNT
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "common/fabric/client.h"
#include "tests/swarm/reactor.h"

namespace {

using namespace mainstay;

constexpr std::size_t kClientsOfContext = 2500;
constexpr int kSocketsOfContext = 3 * static_cast<int>(kClientsOfContext) + 64;

class RawClient : public swarm::Member {
 public:
  RawClient(swarm::Reactor& reactor, fabric::Context& context, fabric::ClientOptions options)
      : reactor_(reactor) {
    auto client = fabric::Client::create(context, std::move(options),
                                         {.on_frame = [this](ByteView frame) { say(frame); },
                                          .on_connected = [this] { say(as_bytes("here")); }});
    if (!client) {
      (void)std::fprintf(stderr, "raw_clients: %s\n", client.error().detail.c_str());
      std::exit(1);
    }
    client_ = std::move(*client);
    reactor_.watch(client_->wake_fd(), *this);
  }
  bool drain() override { return client_->drain(64); }
  void tick() override {}

 private:
  void say(ByteView frame) {
    if (!client_->send(frame)) (void)std::fputs("raw_clients: unsent\n", stderr);
    reactor_.wake(*this);
  }

  swarm::Reactor& reactor_;
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
  swarm::Reactor reactor;
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
    clients.push_back(std::make_unique<RawClient>(reactor, *contexts.back(), std::move(options)));
  }
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (::poll(&input, 1, 0) == 0) reactor.turn(Duration(20));
  std::_Exit(0);
}
