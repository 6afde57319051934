// A gate in virtual time: the real porter and the real door, between the connections of hosts and
// the coordinator. Of a life it keeps what it had stored; it queues nothing. It may be cut off from
// the coordinator, and it may be bad: then it drops, repeats and withholds what it should pass on.
#pragma once

#include <functional>
#include <optional>

#include "common/fabric/admission.h"
#include "coordinator/gate/porter.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/keys.h"
#include "tests/simulation/options.h"

namespace mainstay::sim {

class Gate {
 public:
  struct Ports {
    Timeline& timeline;
    Checkers& checkers;
    std::function<void(std::uint64_t)> greet;  // with the number of its list
    std::function<void(const LinkKey&, const Bytes&)> to_centre;
    std::function<void(const LinkKey&, const Bytes&)> to_host;
  };
  enum class Conduct : std::uint8_t { Honest, Bad };

  Gate(Ports ports, const std::string& name, const PublicKey& dispatch_key, const Options& options);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  void start();
  void die();
  [[nodiscard]] bool is_up() const { return porter_.has_value(); }
  [[nodiscard]] std::uint64_t life() const { return life_; }
  [[nodiscard]] const LinkKey& link() const { return link_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// What an earlier life has stored.
  void install(Bytes list) { stored_ = std::move(list); }

  void lose_centre();
  void find_centre();
  /// Says who it is, if the coordinator can be reached.
  void greet();

  /// Whether a connection of this key stands from now on.
  bool lets_in(const LinkKey& link);
  void hear(const LinkKey& link, const Bytes& frame);
  void obey(const GateOrder& order);

  Conduct conduct = Conduct::Honest;

 private:
  [[nodiscard]] Now now() const;
  void take(const AdmittedPart& order);
  void send(const ToHosts& order);
  void turn_away(TurnedAway what);
  void store_soon();
  void tick();
  /// At once and once, if this gate is honest.
  void pass(std::function<void()> on);
  void later(Duration delay, std::function<void()> action);

  Ports ports_;
  std::string name_;
  LinkKey link_;
  PublicKey dispatch_key_;
  const Options& options_;
  FakeCheck check_;
  Verifier verifier_{check_};
  std::optional<Porter> porter_;  // while it is up
  std::optional<fabric::Admission> door_;
  bool has_centre_ = true;
  bool will_store_ = false;
  Bytes stored_;
  std::uint64_t life_ = 0;
};

}  // namespace mainstay::sim
