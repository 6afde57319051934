// Frames that are no messages, or messages that belong elsewhere, under a host's real key.
//   frames --config AGENT.CONF --gate-conf GATE.CONF --enrolment-conf GATE.CONF
#include <chrono>
#include <thread>

#include "common/core/parts.h"
#include "common/core/rng.h"
#include "common/crypto/random.h"
#include "common/wire/encode.h"
#include "coordinator/gate/gate.h"
#include "tests/hostile/host_peer.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

namespace {

// Below the rate at which the gate would take it for a flood and drop it unread.
constexpr auto kPace = std::chrono::milliseconds(10);

struct Sender {
  HostPeer& peer;
  std::string_view name;
  int sent = 0;

  void send(ByteView frame) {
    sent += peer.send(frame) ? 1 : 0;
    std::this_thread::sleep_for(kPace);
  }
  ~Sender() { say(name, std::to_string(sent)); }
};

void send_cut(HostPeer& peer, ByteView whole) {
  Sender sender{.peer = peer, .name = "cut at each length"};
  for (std::size_t length = 0; length < whole.size(); ++length) sender.send(whole.first(length));
}

void send_flipped(HostPeer& peer, const Bytes& whole) {
  Sender sender{.peer = peer, .name = "one bit flipped in each byte"};
  Rng rng(crypto::random_seed());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes bent = whole;
    bent[at] ^= static_cast<std::byte>(1U << rng.below(8));
    sender.send(bent);
  }
}

void send_long(HostPeer& peer) {
  Sender sender{.peer = peer, .name = "too long"};
  for (const std::size_t size : {kFrameBytesMax + 1, 4 * kFrameBytesMax, 16 * kFrameBytesMax}) {
    for (int i = 0; i < 4; ++i) sender.send(Bytes(size));
  }
}

void send_parts(HostPeer& peer, const Bytes& whole) {
  int sent = 0;
  for (const std::size_t parts : {2U, 3U, 100U, 1000U}) {
    sent += peer.send_parts(std::vector<Bytes>(parts, whole)) ? 1 : 0;
  }
  // One whose end never comes is sent last: the connection can say nothing else after it.
  say("several frames a message", std::to_string(sent));
}

/// Each right at another door.
void send_misrouted(HostPeer& peer) {
  Sender sender{.peer = peer, .name = "messages for another door"};
  const AttemptId attempt;
  sender.send(encode(HostOrder(SendLog{.attempt = attempt})));
  sender.send(encode(HostOrder(LookAgain{})));
  sender.send(encode(
      GateMessage(GateHello{.mode = GateMode::Hosts, .version = "9", .admitted_number = 1})));
  sender.send(encode(GateMessage(FromHost{.link = {}, .frame = encode(HostOrder(LookAgain{}))})));
  sender.send(encode(GateOrder(ToHosts{.links = {LinkKey{}}, .starts = true, .frame = Bytes(8)})));
  sender.send(encode(ExecutorRequest(AskState{})));
  sender.send(encode(OperatorMessage{.id = 1, .body = ReadRequest{}}));
  sender.send(encode(EnrolRequest{}));
  sender.send(Bytes(4096));
}

Identity stranger_at(const std::string& gate_conf) {
  const GateConfig config = must(read_gate_config(gate_conf));
  return {.host = {},
          .endpoint = config.listen,
          .server = config.keys.key,
          .keys = fabric::make_link_keys(),
          .labels = {}};
}

}  // namespace

int run_frames(const Arguments& arguments) {
  const Identity identity = identity_of(arguments.text("config"));
  const Bytes report = encode(HostMessage(plain_report(BootId{}, 1)));
  {
    HostPeer peer(identity);
    send_cut(peer, report);
    send_flipped(peer, report);
    send_misrouted(peer);
    send_parts(peer, report);
    send_long(peer);
  }
  {
    HostPeer stranger(stranger_at(arguments.text("enrolment-conf")));
    send_misrouted(stranger);
    send_long(stranger);
  }
  // A host's key is good at the gate alone, a stranger's nowhere but at enrolment.
  HostPeer::Options brief{.patience = std::chrono::seconds(2)};
  HostPeer nobody(stranger_at(arguments.text("gate-conf")), brief);
  say("a stranger at the gate", nobody.send(report) ? "connected" : "no connection");
  Identity at_coordinator = identity;
  const GateConfig gate = must(read_gate_config(arguments.text("gate-conf")));
  at_coordinator.endpoint = gate.coordinator;
  at_coordinator.server = gate.coordinator_key;
  HostPeer lost(at_coordinator, brief);
  say("a host at the coordinator", lost.send(report) ? "connected" : "no connection");
  return 0;
}

}  // namespace mainstay::hostile
