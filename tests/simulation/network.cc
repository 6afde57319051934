// The network of the world: connections of hosts to gates, and what becomes of frames on their way.
#include <algorithm>

#include "tests/simulation/world.h"

namespace mainstay::sim {

namespace {

// As the fabric's heartbeats notice a dead peer.
constexpr Duration kHeartbeat = 15s;
// As an agent comes back: doubled at each refusal.
constexpr Duration kDialMin = 1s;
constexpr Duration kDialSpread = 4s;
constexpr Duration kDialMax = 60s;

}  // namespace

void World::add_gates() {
  for (std::uint32_t i = 0; i < options.gates; ++i) {
    const std::string name = "gate-" + std::to_string(i + 1);
    gates.push_back(std::make_unique<Gate>(
        Gate::Ports{
            .timeline = timeline,
            .checkers = checkers,
            .greet = [this, i](std::uint64_t list) { centre.gate_joined(gates[i]->link(), list); },
            .to_centre = [this, i](
                             const LinkKey& link,
                             const Bytes& frame) { centre.hear(gates[i]->link(), link, frame); },
            .to_host = [this, i](const LinkKey& link,
                                 const Bytes& frame) { from_gate(*gates[i], link, frame); }},
        name, centre.dispatch_key, options));
    centre.gates.push_back(gates.back()->link());
  }
}

/// Stored by gates before this story begins.
Bytes World::first_list() const {
  AdmittedKeys keys;
  keys.header.not_after = timeline.wall() + options.list_age * options.pace;
  for (const auto& host : hosts) keys.links.push_back(host->link());
  std::ranges::sort(keys.links);
  FakeSigner dispatch(centre.dispatch_key);
  return *seal(context::kAdmitted, encode(keys), dispatch);
}

// ---- connections

void World::dial(Host& host) {
  Lane& lane = lanes_.at(&host);
  ++lane.dials;
  if (lane.gate != nullptr || lane.is_cut() || host.agent() == nullptr) return;
  Gate& gate = *gates[lane.home];
  if (!gate.lets_in(host.link())) {
    const int doublings = static_cast<int>(std::min(lane.refused++, 6U));
    const Duration pause = (kDialMin + timeline.between(0ms, kDialSpread)) * (1 << doublings);
    return dial_later(host, std::min(pause, kDialMax) * options.pace);
  }
  lane.gate = &gate;
  lane.joins = ++joins_;
  lane.refused = 0;
  lane.to_host = lane.to_centre = Duration();
  host.connection(true);
}

void World::dial_later(Host& host, Duration delay) {
  timeline.after(delay, [this, &host, dials = lanes_.at(&host).dials] {
    if (dials == lanes_.at(&host).dials) dial(host);
  });
}

void World::hang_up(Host& host) {
  lanes_.at(&host).gate = nullptr;
}

void World::lose_connection(Host& host) {
  hang_up(host);
  host.connection(false);
}

void World::move(Host& host) {
  Lane& lane = lanes_.at(&host);
  lane.home = (lane.home + 1) % gates.size();
  timeline.tell(host.id().text() + " moves to " + gates[lane.home]->name());
  lose_connection(host);
  dial_later(host, timeline.between(10ms, 5s) * options.pace);
}

void World::hold_up(Host& host, Duration span) {
  timeline.tell("what " + host.id().text() + " says is held up");
  lanes_.at(&host).to_centre = timeline.now() + span;
}

void World::cut(Host& host, Way way) {
  Lane& lane = lanes_.at(&host);
  if (lane.is_cut()) return;
  lane.cut_to_host = way != Way::ToCentre;
  lane.cut_to_centre = way != Way::ToHost;
  timeline.tell(host.id().text() + (way == Way::Both     ? " is cut off"
                                    : way == Way::ToHost ? " hears nothing"
                                                         : " is not heard"));
  timeline.after(kHeartbeat * options.pace, [this, &host, cuts = ++lane.cuts] {
    const Lane& now = lanes_.at(&host);
    if (now.is_cut() && now.cuts == cuts) lose_connection(host);
  });
}

void World::mend(Host& host) {
  Lane& lane = lanes_.at(&host);
  if (!lane.is_cut()) return;
  lane.cut_to_host = lane.cut_to_centre = false;
  timeline.tell(host.id().text() + " is connected again");
  dial(host);
}

void World::kill_gate(Gate& gate, Duration down) {
  if (!gate.is_up()) return;
  timeline.tell(gate.name() + " dies");
  gate.die();
  for (auto& host : hosts) {
    if (lanes_.at(host.get()).gate == &gate) lose_connection(*host);
  }
  timeline.after(down, [this, &gate] { start_gate(gate); });
}

void World::start_gate(Gate& gate) {
  if (gate.is_up()) return;
  timeline.tell(gate.name() + " starts");
  gate.start();
  for (auto& host : hosts) {
    const Lane& lane = lanes_.at(host.get());
    if (gates[lane.home].get() != &gate || lane.is_cut()) continue;
    dial_later(*host, (kDialMin + timeline.between(0ms, kDialSpread)) * options.pace);
  }
}

// ---- frames

void World::carry(Duration& newest, int slowness, std::function<void()> arrive) {
  if (timeline.rng.chance(options.lose)) return;
  const int copies = timeline.rng.chance(options.repeat) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    newest = std::max(newest, timeline.now() + slowness * timeline.between(1ms, options.delay_max));
    timeline.after(newest - timeline.now(), arrive);
  }
}

void World::to_host(const LinkKey& link, const Bytes& frame) {
  const ToHosts order{.links = {link}, .starts = false, .frame = frame};
  for (auto& gate : gates) to_gate(gate->link(), order);
}

void World::to_gate(const LinkKey& key, const GateOrder& order) {
  const auto* to_hosts = std::get_if<ToHosts>(&order);
  if (overhear_to_host && to_hosts != nullptr) {
    for (const LinkKey& link : to_hosts->links) overhear_to_host(link, to_hosts->frame);
  }
  const bool is_list = to_hosts == nullptr;
  if (is_list && overhear_list) overhear_list(std::get<AdmittedPart>(order).part);
  for (auto& gate : gates) {
    if (gate->link() != key) continue;
    if (is_list && options.late_list > 0 && timeline.rng.chance(options.late_list)) {
      timeline.after(timeline.between(0ms, 2 * options.list_age) * options.pace,
                     [it = gate.get(), order] { it->obey(order); });
    } else {
      gate->obey(order);
    }
  }
}

/// To the newest connection of that key.
void World::from_gate(const Gate& gate, const LinkKey& link, const Bytes& frame) {
  Host* newest = nullptr;
  for (Host* host : by_link_.at(link)) {
    const Lane& lane = lanes_.at(host);
    if (lane.gate != &gate) continue;
    if (newest == nullptr || lane.joins > lanes_.at(newest).joins) newest = host;
  }
  if (newest == nullptr) return;
  Lane& lane = lanes_.at(newest);
  if (lane.cut_to_host || !newest->is_powered()) return;
  carry(lane.to_host, lane.slowness, [newest, &lane, joins = lane.joins, frame] {
    const bool stands = lane.gate != nullptr && lane.joins == joins;
    if (stands && !lane.cut_to_host) newest->hear(frame);
  });
}

void World::to_centre(const LinkKey& link, Bytes frame) {
  say(*by_link_.at(link).front(), std::move(frame));
}

void World::flood(Host& host, std::size_t frames) {
  Lane& lane = lanes_.at(&host);
  if (lane.gate == nullptr || lane.cut_to_centre) return;
  carry(lane.to_centre, lane.slowness,
        [&gate = *lane.gate, life = lane.gate->life(), link = host.link(), frames] {
          for (std::size_t i = 0; i < frames && life == gate.life(); ++i) gate.hear(link, Bytes(1));
        });
}

void World::say(Host& host, Bytes frame) {
  if (overhear_to_centre) overhear_to_centre(host.link(), frame);
  Lane& lane = lanes_.at(&host);
  if (lane.gate == nullptr || lane.cut_to_centre) return;
  carry(lane.to_centre, lane.slowness,
        [&gate = *lane.gate, life = lane.gate->life(), &lane, link = host.link(),
         frame = std::move(frame)] {
          if (life == gate.life() && !lane.cut_to_centre) gate.hear(link, frame);
        });
}

}  // namespace mainstay::sim
