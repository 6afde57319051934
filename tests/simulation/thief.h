// Who has stolen the coordinator's keys and hears all that is said, and a host that lies. Neither
// holds the key of an operator who may start anything; the thief tries to have things started that
// no operator signed, the liar to change what belongs to others.
#pragma once

#include <deque>

#include "tests/simulation/world.h"

namespace mainstay::sim {

class Thief {
 public:
  explicit Thief(World& world);
  void round();

 private:
  struct Heard {
    LinkKey link;
    Bytes frame;
  };
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) {
    return world_.timeline.rng.below(limit);
  }
  Host& any_host() { return *world_.hosts[below(world_.hosts.size())]; }
  static void keep(std::deque<Heard>& all, const LinkKey& link, const Bytes& frame);
  void act();
  void lie();
  void flood(Host& liar);
  void claim_success(Host& liar);
  /// To the host it was for, or to another.
  void replay();
  /// All starts that were heard, at once.
  void rush();
  void send_old_list();
  void start_unsigned();
  void widen();
  void state_unknown();
  void relabel();
  void dispatch(Host& host, const Bytes& head, Leaf leaf, MerkleProof proof);

  World& world_;
  FakeSigner stolen_{public_key("dispatch")};
  std::deque<Heard> to_hosts_;
  std::deque<Heard> to_centre_;
  std::deque<Part> lists_;
};

}  // namespace mainstay::sim
