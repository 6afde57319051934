// A gate in wrong hands: it has the gate's real key and configuration, lets hosts in as it should,
// and drops, repeats or withholds what it is to pass on.
//   gate --config GATE.CONF --mode drop|repeat|withhold
#include "coordinator/gate/gate.h"

#include <poll.h>

#include "common/core/rng.h"
#include "common/crypto/random.h"
#include "common/loop/clock.h"
#include "common/wire/decode.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

namespace {

enum class Mode { Drop, Repeat, Withhold };

Mode mode_of(const std::string& name) {
  if (name == "drop") return Mode::Drop;
  if (name == "repeat") return Mode::Repeat;
  if (name == "withhold") return Mode::Withhold;
  give_up("--mode " + name + "?");
}

class BadGate {
 public:
  BadGate(GateConfig config, Mode mode)
      : config_(std::move(config)),
        mode_(mode),
        admitted_(verifier_, config_.dispatch_key),
        rng_(crypto::random_seed()),
        context_(must(fabric::Context::create())),
        hosts_(must(fabric::Server::create(
            *context_, {.endpoint = config_.listen, .keys = config_.keys},
            [this](const fabric::Sender& sender, ByteView frame) { up(sender.key, frame); }))),
        coordinator_(must(fabric::Client::create(
            *context_,
            {.endpoint = config_.coordinator,
             .server_key = config_.coordinator_key,
             .keys = config_.keys,
             .reconnect_min = std::chrono::milliseconds(200),
             .reconnect_spread = std::chrono::milliseconds(200)},
            {.on_frame = [this](ByteView frame) { down(frame); },
             .on_connected =
                 [this] {
                   (void)coordinator_->send(encode(GateMessage(
                       GateHello{.mode = GateMode::Hosts, .version = "9", .admitted_number = 0})));
                 }}))) {}

  [[noreturn]] void run() {
    while (true) {
      pollfd items[] = {{.fd = hosts_->wake_fd(), .events = POLLIN, .revents = 0},
                        {.fd = coordinator_->wake_fd(), .events = POLLIN, .revents = 0}};
      (void)::poll(items, 2, 100);
      while (hosts_->drain(64) || coordinator_->drain(64)) {
      }
    }
  }

 private:
  /// Sends as often as the mode has it, and in repeat mode something old as well.
  template <class Send>
  void treat(std::vector<Bytes>& past, ByteView frame, Send send) {
    if (mode_ == Mode::Drop && rng_.below(4) == 0) return;
    send(frame);
    if (mode_ != Mode::Repeat) return;
    send(frame);
    send(frame);
    if (!past.empty()) send(past[rng_.below(past.size())]);
    past.emplace_back(frame.begin(), frame.end());
    if (past.size() > 200) past.erase(past.begin());
  }
  void up(const LinkKey& sender, ByteView frame) {
    treat(up_, frame, [&](ByteView it) {
      (void)coordinator_->send(
          encode(GateMessage(FromHost{.link = sender, .frame = Bytes(it.begin(), it.end())})));
    });
  }
  void down(ByteView frame) {
    const auto order = decode<GateOrder>(frame);
    if (!order) return;
    if (const auto* part = std::get_if<AdmittedPart>(&*order)) {
      const Now now{.mono = loop::boottime_now(), .wall = loop::walltime_now()};
      if (admitted_.add(part->part, now).value_or(false)) hosts_->allow(admitted_.links());
      return;
    }
    const auto& to = std::get<ToHosts>(*order);
    const auto said = decode<HostOrder>(to.frame);
    const bool is_dispatch = said && std::holds_alternative<DispatchMessage>(*said);
    if (mode_ == Mode::Withhold && is_dispatch) return say("withheld", "a dispatch");
    treat(down_, to.frame, [&](ByteView it) {
      // What was for one host goes to the others as well.
      const auto& links = mode_ == Mode::Repeat ? admitted_.links() : to.links;
      for (const LinkKey& link : links) (void)hosts_->send(link, it);
    });
  }

  GateConfig config_;
  Mode mode_;
  crypto::Ed25519Check check_;
  Verifier verifier_{check_};
  Admitted admitted_;
  Rng rng_;
  std::vector<Bytes> up_;
  std::vector<Bytes> down_;
  std::unique_ptr<fabric::Context> context_;
  std::unique_ptr<fabric::Server> hosts_;
  std::unique_ptr<fabric::Client> coordinator_;
};

}  // namespace

int run_gate(const Arguments& arguments) {
  BadGate gate(must(read_gate_config(arguments.text("config"))), mode_of(arguments.text("mode")));
  say("gate", "serves, in its way");
  gate.run();
}

}  // namespace mainstay::hostile
