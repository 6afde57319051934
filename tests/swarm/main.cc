// swarm_hosts: many hosts in one process, for tests/bench and the end-to-end test. See README.md.
//
//   swarm_hosts --config CLIENT.CONF --first N --count N
//   swarm_hosts --make-key FILE          an operator's key in the clear: a script has nobody to ask
//
// Adds a token for each host, enrols them, and prints `{"ready":...}`. On the line `run` it starts
// their agents; on `chatter` each host tells a KiB each 10 s from then on; on `packages` each has a
// list of packages; on `latencies` it prints how long the centre took to answer them; on `end`, or
// the end of its input, it ends. Whenever a count has changed it prints all of them, a line of
// JSON, at most each 20 ms.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "common/core/digest.h"
#include "common/crypto/key_file.h"
#include "common/crypto/random.h"
#include "common/loop/clock.h"
#include "common/loop/files.h"
#include "common/plan/key_lines.h"
#include "coordinator/cli/terminal.h"
#include "tests/swarm/host.h"
#include "tests/swarm/tokens.h"

namespace mainstay::swarm {
namespace {

// Three sockets of libzmq a client, 65,535 a context at most.
constexpr std::size_t kHostsOfContext = 2500;
constexpr int kSocketsOfContext = 3 * static_cast<int>(kHostsOfContext) + 64;
// At the enrolment gate at one time.
constexpr std::uint64_t kEnrollingMax = 64;
constexpr Duration kPrintInterval = std::chrono::milliseconds(20);

struct Options {
  std::string config;
  std::size_t first = 1;
  std::size_t count = 0;
};

std::optional<Options> options_of(std::span<char*> words) {
  Options options;
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    const std::string_view name = words[i];
    const char* const value = words[i + 1];
    if (name == "--config") options.config = value;
    if (name == "--first") options.first = std::strtoul(value, nullptr, 10);
    if (name == "--count") options.count = std::strtoul(value, nullptr, 10);
  }
  if (options.config.empty() || options.count == 0) return std::nullopt;
  return options;
}

Labels labels_of(std::size_t number) {
  return {{"region", number % 2 == 0 ? "eu" : "us"},
          {"zone", std::string(1, static_cast<char>('a' + number % 3))},
          {"role", "web"},
          {"cluster", "c" + std::to_string(number / 10)}};
}

void print(const Counts& counts) {
  (void)std::printf(
      "{\"at_ms\":%lld,\"enrolled\":%llu,\"connected\":%llu,\"present\":%llu,\"settled\":%llu,"
      "\"connects\":%llu,\"dispatches\":%llu,\"begun\":%llu,\"begun_twice\":%llu,\"records\":%llu,"
      "\"acknowledged\":%llu,\"rejected\":%llu,\"refused\":%llu,\"tellings\":%llu,"
      "\"telling_bytes\":%llu,\"lists\":%llu}\n",
      static_cast<long long>(to_ms(loop::boottime_now())),
      static_cast<unsigned long long>(counts.enrolled),
      static_cast<unsigned long long>(counts.connected),
      static_cast<unsigned long long>(counts.present),
      static_cast<unsigned long long>(counts.settled),
      static_cast<unsigned long long>(counts.connects),
      static_cast<unsigned long long>(counts.dispatches),
      static_cast<unsigned long long>(counts.begun),
      static_cast<unsigned long long>(counts.begun_twice),
      static_cast<unsigned long long>(counts.records),
      static_cast<unsigned long long>(counts.acknowledged),
      static_cast<unsigned long long>(counts.rejected),
      static_cast<unsigned long long>(counts.refused),
      static_cast<unsigned long long>(counts.tellings),
      static_cast<unsigned long long>(counts.telling_bytes),
      static_cast<unsigned long long>(counts.lists));
  (void)std::fflush(stdout);
}

/// The first host's trust file is every host's.
Status load_trust(Fleet& fleet, const std::string& path) {
  TRY(const Bytes text, loop::read_file(path, kKeyLinesBytesMax));
  fleet.trust_digest = sha256(text);
  TRY(fleet.trust, read_trust(as_text(text), path));
  return {};
}

class Swarm {
 public:
  explicit Swarm(Options options) : options_(std::move(options)) {}

  Status prepare();
  void run();

 private:
  Status enrol();
  void report();
  /// A line of the input, if there is one; `end` when it is closed.
  std::string command();

  const Options options_;
  Fleet fleet_;
  std::vector<std::unique_ptr<Host>> hosts_;
  Counts printed_;
  Instant printed_at_{};
};

Status Swarm::prepare() {
  fleet_.rng = Rng(crypto::random_seed());
  TRY(const cli::ClientConfig config, cli::read_client_config(options_.config));
  TRY_STATUS(load_trust(fleet_, config.trust_file));
  cli::TerminalScreen screen;
  cli::RemoteCentre centre(config, screen);
  for (std::size_t i = 0; i < options_.count; ++i) {
    if (i % kHostsOfContext == 0) {
      TRY(auto context, fabric::Context::create({.sockets_max = kSocketsOfContext}));
      fleet_.contexts.push_back(std::move(context));
    }
    const std::size_t number = options_.first + i;
    TokenWanted wanted{.host = *HostId::parse("h" + std::to_string(100000 + number)),
                       .labels = labels_of(number),
                       .secret = {},
                       .trust_digest = fleet_.trust_digest};
    crypto::fill_random(wanted.secret.value);
    TRY_STATUS(add_token(centre, wanted));
    hosts_.push_back(
        std::make_unique<Host>(fleet_, *fleet_.contexts.back(), wanted.host, wanted.secret));
  }
  (void)std::printf("{\"at_ms\":%lld,\"tokens\":%zu}\n",
                    static_cast<long long>(to_ms(loop::boottime_now())), hosts_.size());
  return enrol();
}

Status Swarm::enrol() {
  std::size_t begun = 0;
  while (fleet_.counts.enrolled < hosts_.size()) {
    while (begun < hosts_.size() && begun - fleet_.counts.enrolled < kEnrollingMax) {
      TRY_STATUS(hosts_[begun++]->enrol());
    }
    if (fleet_.counts.refused > 100 + fleet_.counts.enrolled) {
      return fail(Fault::Denied, "enrolment is refused");
    }
    fleet_.reactor.turn(kPrintInterval);
    report();
  }
  return {};
}

void Swarm::report() {
  const Instant now = loop::boottime_now();
  if (fleet_.counts == printed_ || now - printed_at_ < kPrintInterval) return;
  printed_ = fleet_.counts;
  printed_at_ = now;
  print(printed_);
}

std::string Swarm::command() {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (::poll(&input, 1, 0) == 0) return {};
  std::string line;
  return std::getline(std::cin, line) ? line : "end";
}

void Swarm::run() {
  (void)std::printf("{\"at_ms\":%lld,\"ready\":%zu}\n",
                    static_cast<long long>(to_ms(loop::boottime_now())), hosts_.size());
  (void)std::fflush(stdout);
  while (true) {
    const std::string line = command();
    if (line == "end") return;
    if (line == "run") {
      for (auto& host : hosts_) host->start();
    }
    if (line == "packages") {
      list_packages(fleet_);
      for (auto& host : hosts_) host->list_packages();
    }
    if (line == "chatter") {
      chatter(fleet_);
      for (auto& host : hosts_) host->chatter();
    }
    if (line == "latencies") fleet_.latencies.print();
    fleet_.reactor.turn(kPrintInterval);
    report();
  }
}

int start(Options options) {
  std::signal(SIGPIPE, SIG_IGN);
  Swarm swarm(std::move(options));
  if (const Status prepared = swarm.prepare(); !prepared) {
    (void)std::fprintf(stderr, "swarm: %s\n", prepared.error().detail.c_str());
    return 1;
  }
  swarm.run();
  // Thousands of sockets take long to close, one by one; the kernel does it at once.
  std::_Exit(0);
}

}  // namespace
}  // namespace mainstay::swarm

int main(int count, char** words) {
  using namespace mainstay;
  const std::span arguments(words, static_cast<std::size_t>(count));
  if (count == 3 && std::string_view(arguments[1]) == "--make-key") {
    return crypto::save_key(arguments[2], crypto::SigningKey::generate(), {}) ? 0 : 1;
  }
  const auto options = swarm::options_of(arguments);
  if (!options) {
    (void)std::fputs("usage: swarm_hosts --config CLIENT.CONF --first N --count N\n", stderr);
    return 2;
  }
  return swarm::start(*options);
}
