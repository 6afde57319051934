// What the core orders, carried out: frames made, signed and routed.
#include "coordinator/shell/coordinator.h"

namespace mainstay::coordinator {

void Coordinator::run(Command command) {
  std::visit([this](const auto& order) { carry_out(order); }, command);
}

void Coordinator::carry_out(const UseFeed& order) {
  feeds_.use(order.name, order.digest);
  open_lists_.feeds_changed();
}

void Coordinator::carry_out(const SendOrder& order) {
  const HostOrder message =
      std::visit([](const auto& small) { return HostOrder(small); }, order.order);
  send_to_host(order.host, encode(message), false);
}

void Coordinator::carry_out(const SendDispatches& order) {
  auto packed = frames_->dispatches(order, driver_->state(), loop_.now());
  if (!packed) return complain("dispatch.not_made", packed.error());
  for (PackedDispatch& dispatch : *packed) {
    send_to_host(dispatch.host, std::move(dispatch.frame), dispatch.starts);
  }
}

void Coordinator::carry_out(const SendAcknowledgement& order) {
  auto frame = frames_->acknowledgement(order, loop_.now());
  if (!frame) return complain("acknowledgement.not_made", frame.error());
  send_to_host(order.host, std::move(*frame), false);
}

void Coordinator::carry_out(const SendBeacon& order) {
  const auto frame = frames_->beacon(order);
  if (!frame) return complain("beacon.not_made", frame.error());
  for (const auto& [gate, links] : hosts_by_gate()) {
    for (std::size_t first = 0; first < links.size(); first += kFanOutMax) {
      const std::size_t last = std::min(links.size(), first + kFanOutMax);
      send_to_hosts({.links = {links.begin() + static_cast<std::ptrdiff_t>(first),
                               links.begin() + static_cast<std::ptrdiff_t>(last)},
                     .starts = false,
                     .frame = *frame},
                    gate);
    }
  }
}

void Coordinator::carry_out(const SendAdmitted& order) {
  const auto frames = frames_->admitted(order);
  if (!frames) return complain("admitted.not_made", frames.error());
  for (const auto& [key, gate] : gates_) {
    if (gate.mode != GateMode::Hosts) continue;
    for (const Bytes& frame : *frames) {
      if (!send_to_gate(key, frame)) break;
    }
  }
}

void Coordinator::carry_out(const FreezePlan& order) {
  if (order.leaves.empty()) {
    return complain("plan.not_frozen", {.fault = Fault::Malformed, .detail = "it has no leaves"});
  }
  auto outcome = freeze(order);
  std::visit([this](auto& happened) { hand_in(std::move(happened)); }, outcome);
}

void Coordinator::carry_out(const SendEnrolReply& order) {
  auto frame = frames_->enrol_reply(order);
  if (!frame) return complain("enrolment.not_answered", frame.error());
  send_to_hosts({.links = {order.link}, .starts = false, .frame = std::move(*frame)}, order.gate);
}

void Coordinator::carry_out(const GoOn&) {
  hand_in(WentOn{});
}

std::map<LinkKey, std::vector<LinkKey>> Coordinator::hosts_by_gate() const {
  std::map<LinkKey, std::vector<LinkKey>> found;
  const State& state = driver_->state();
  for (const auto& [link, id] : state.links) {
    const auto host = state.hosts.find(id);
    // Not heard in this run: it says hello when it is there.
    if (host == state.hosts.end() || host->second.sight.gate.is_zero()) continue;
    found[host->second.sight.gate].push_back(link);
  }
  return found;
}

void Coordinator::send_to_host(const LinkKey& host, Bytes frame, bool starts) {
  const State& state = driver_->state();
  const ToHosts order{.links = {host}, .starts = starts, .frame = std::move(frame)};
  const auto link = state.links.find(host);
  if (link != state.links.end()) {
    const auto found = state.hosts.find(link->second);
    if (found != state.hosts.end() && !found->second.sight.gate.is_zero()) {
      return send_to_hosts(order, found->second.sight.gate);
    }
  }
  // Nobody knows where it is; a gate that does not have it drops the frame.
  for (const auto& [key, gate] : gates_) {
    if (gate.mode == GateMode::Hosts && gate.connected) send_to_hosts(order, key);
  }
}

void Coordinator::send_to_hosts(const ToHosts& order, const LinkKey& gate) {
  // Lost frames are sent again by whoever sends: the core on its timers.
  if (!send_to_gate(gate, encode(GateOrder(order)))) {
    log_.event(Level::Debug, "gate.unreachable", {{"hosts", order.links.size()}});
  }
}

Status Coordinator::send_to_gate(const LinkKey& gate, ByteView frame) {
  Status sent = server_->send(gate, frame);
  if (const auto found = gates_.find(gate); found != gates_.end()) {
    if (found->second.connected && !sent) log_.event(Level::Warn, "gate.lost", {});
    found->second.connected = sent.has_value();
  }
  return sent;
}

}  // namespace mainstay::coordinator
