// The whole fleet in one process and in virtual time: coordinator, network, hosts, operators.
// What is random comes from the seed; what is asked comes from a test. Runs until told, or until a
// checker has complained.
#pragma once

#include <memory>

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
  void cut(Host& host);
  void mend(Host& host);
  void kill_centre(Duration down);

  // ---- operators
  /// Targets are all with role = web.
  PlanHead plan(std::string name) const;
  void draft(const PlanHead& head);
  [[nodiscard]] const coordinator::Plan* find_plan(std::string_view name) const;
  [[nodiscard]] const coordinator::Rollout* find_rollout(std::string_view plan) const;
  void approve(std::string_view name);
  void start(std::string_view name);
  void retry(std::string_view plan, const HostId& host);
  void steer(std::string_view plan, RolloutAct act);
  void stop(bool on);
  /// Asks again and again until the plan is under way.
  void pursue(PlanHead head);

  Options options;
  Timeline timeline;
  Checkers checkers;
  Centre centre;
  std::vector<std::unique_ptr<Host>> hosts;

 private:
  struct Lane {
    bool cut = false;
    std::uint64_t cuts = 0;
    Duration to_host{};  // when the newest frame arrives: a connection keeps the order
    Duration to_centre{};
  };
  void add_host(const std::string& name, Labels labels);
  void to_host(const LinkKey& link, Bytes frame);
  void to_centre(const LinkKey& link, Bytes frame);
  void carry(Duration& newest, std::function<void()> arrive);

  PublicKey operator_key_ = public_key("ana");
  Bytes roster_;
  std::map<LinkKey, Host*> by_link_;
  std::map<LinkKey, Lane> lanes_;
};

}  // namespace mainstay::sim
