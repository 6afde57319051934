// The whole fleet in one process and in virtual time: coordinator, network, hosts, operators.
// What is random comes from the seed; what is asked comes from a test. Runs until told, or until a
// checker has complained.
#pragma once

#include <memory>

#include "tests/simulation/gate.h"
#include "tests/simulation/host.h"

namespace mainstay::sim {

class World {
 public:
  World(std::uint64_t seed, const Options& options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Everything boots; returns when the coordinator has listened to its hosts.
  void begin();
  void run_for(Duration span);
  [[nodiscard]] bool is_sound() const { return checkers.violations().empty(); }

  // ---- the physical world
  Host* host(std::string_view name);
  enum class Way : std::uint8_t { Both, ToHost, ToCentre };
  void cut(Host& host, Way way = Way::Both);
  void mend(Host& host);
  /// Its connections go at once, and what was on its way; hosts come back by themselves.
  void kill_gate(Gate& gate, Duration down);
  void start_gate(Gate& gate);
  /// The host asks its gate to be let in, again and again until it is.
  void dial(Host& host);
  void hang_up(Host& host);
  /// Its agent notices.
  void lose_connection(Host& host);
  [[nodiscard]] bool is_joined(const Host& host) const { return lanes_.at(&host).gate != nullptr; }
  /// To another gate, which it has to be let in by.
  void move(Host& host);
  /// What it says by this connection arrives so much later. If it comes back by a new one
  /// meanwhile, it is heard there first: the fabric passes such stragglers on.
  void hold_up(Host& host, Duration span);
  void kill_centre(Duration down);
  /// Its frames take this many times as long.
  void slow_down(Host& host, int factor) { lanes_.at(&host).slowness = factor; }

  /// A second machine with a copy of that host's disk boots and speaks.
  Host& clone(const Host& host);

  /// Enrolled from the first moment; only before the world begins.
  void add_host(const std::string& name, Labels labels);

  // ---- operators
  /// Targets are all with role = web.
  PlanHead plan(std::string name) const;
  void draft(const PlanHead& head);
  [[nodiscard]] const coordinator::Plan* find_plan(std::string_view name) const;
  [[nodiscard]] const coordinator::Rollout* find_rollout(std::string_view plan) const;
  void approve(std::string_view name);
  void start(std::string_view name);
  void approve(std::string_view name, const PublicKey& by);
  void retry(std::string_view plan, const HostId& host);
  void steer(std::string_view plan, RolloutAct act);
  void stop(bool on);
  void add_control(ControlAct act);
  /// The one in force without that operator.
  void dismiss(const PublicKey& key);
  /// Asks again and again until the plan is under way.
  void pursue(PlanHead head);

  // ---- who listens and speaks in between
  std::function<void(const LinkKey&, const Bytes&)> overhear_to_host;
  std::function<void(const LinkKey&, const Bytes&)> overhear_to_centre;
  std::function<void(const Part&)> overhear_list;
  /// As the coordinator itself would, through every gate; it does not say that anything starts.
  void to_host(const LinkKey& link, const Bytes& frame);
  /// As the agent of that host.
  void to_centre(const LinkKey& link, Bytes frame);
  /// That many frames which say nothing, all at once.
  void flood(Host& host, std::size_t frames);
  void to_gate(const LinkKey& gate, const GateOrder& order);

  Options options;
  Timeline timeline;
  Checkers checkers;
  Centre centre;
  std::vector<std::unique_ptr<Gate>> gates;
  std::vector<std::unique_ptr<Host>> hosts;

 private:
  struct Lane {
    std::size_t home = 0;     // the gate that its agent is told to go to
    Gate* gate = nullptr;     // the one that it is connected to
    std::uint64_t joins = 0;  // the number of that connection, in the whole world
    std::uint64_t dials = 0;
    std::uint32_t refused = 0;  // one after the other
    bool cut_to_host = false;
    bool cut_to_centre = false;
    std::uint64_t cuts = 0;
    int slowness = 1;
    [[nodiscard]] bool is_cut() const { return cut_to_host || cut_to_centre; }
    // When its newest frame arrives: a connection keeps the order, two of them do not.
    Duration to_host{};
    Duration to_centre{};
  };
  Host& make_host(Host::Identity identity);
  void carry(Duration& newest, int slowness, std::function<void()> arrive);
  void add_gates();
  [[nodiscard]] Bytes first_list() const;
  void say(Host& host, Bytes frame);
  void from_gate(const Gate& gate, const LinkKey& link, const Bytes& frame);
  void dial_later(Host& host, Duration delay);
  void check_bounds();

  Bytes roster_;
  std::uint64_t turns_ = 0;
  std::uint64_t joins_ = 0;
  std::map<LinkKey, std::vector<Host*>> by_link_;
  std::map<const Host*, Lane> lanes_;  // never walked: pointers have no order
};

}  // namespace mainstay::sim
