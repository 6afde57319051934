#include "tests/simulation/gate.h"

#include <algorithm>

namespace mainstay::sim {

namespace {

// As the gate's own wiring has them.
constexpr Duration kTick = 5s;
constexpr Duration kStoreDelay = 100ms;
constexpr std::uint32_t kJoinsMax = 20;
// No two machines' clocks begin together.
constexpr Duration kUptime = 200s;

}  // namespace

Gate::Gate(Ports ports, const std::string& name, const PublicKey& dispatch_key,
           const Options& options)
    : ports_(std::move(ports)),
      name_(name),
      link_(link_key(name)),
      dispatch_key_(dispatch_key),
      options_(options) {}

Now Gate::now() const {
  return {.mono = instant_from_ms((kUptime + ports_.timeline.now()).count()),
          .wall = ports_.timeline.wall()};
}

void Gate::later(Duration delay, std::function<void()> action) {
  ports_.timeline.after(delay, [this, life = life_, action = std::move(action)] {
    if (life == life_) action();
  });
}

void Gate::start() {
  if (is_up()) return;
  ++life_;
  porter_.emplace(verifier_, Porter::Rules{.mode = GateMode::Hosts,
                                           .dispatch_key = dispatch_key_,
                                           .starts_per_minute = options_.gate_starts,
                                           .list_age_max = options_.list_age * options_.pace});
  door_.emplace(fabric::Admit::Listed, link_key("self-test"));
  door_->limit_joins(kJoinsMax);
  ports_.checkers.gate_starts(name_);
  if (!stored_.empty() && porter_->restore(stored_) && porter_->is_open(now())) {
    door_->allow(porter_->links());
  }
  greet();
  tick();
}

void Gate::die() {
  ++life_;
  porter_.reset();
  door_.reset();
  will_store_ = false;
}

void Gate::lose_centre() {
  has_centre_ = false;
}

void Gate::find_centre() {
  has_centre_ = true;
  greet();
}

void Gate::greet() {
  if (is_up() && has_centre_) ports_.greet(porter_->list_number());
}

void Gate::tick() {
  later(kTick * options_.pace, [this] {
    const bool is_open = porter_->is_open(now());
    if (!is_open) greet();
    door_->set_door(is_open ? fabric::Door::Open : fabric::Door::Closed);
    tick();
  });
}

void Gate::turn_away(TurnedAway what) {
  ports_.checkers.edges.turned_away(what);
}

bool Gate::lets_in(const LinkKey& link) {
  if (!is_up()) {
    turn_away(TurnedAway::Dead);
    return false;
  }
  door_->set_time(now().mono);
  if (!door_->admits(link)) {
    turn_away(TurnedAway::NotAdmitted);
    return false;
  }
  ports_.checkers.let_in(name_, link);
  return true;
}

void Gate::hear(const LinkKey& link, const Bytes& frame) {
  // As the fabric does, for each message.
  const bool is_listed = std::ranges::binary_search(porter_->links(), link);
  if (!is_listed) return turn_away(TurnedAway::Removed);
  if (!porter_->passes_on(link, now().mono)) return turn_away(TurnedAway::Flood);
  ports_.checkers.passed_on(name_, link);
  if (!has_centre_) return;
  pass([this, link, frame] { ports_.to_centre(link, frame); });
}

void Gate::obey(const GateOrder& order) {
  if (!is_up() || !has_centre_) return;
  if (const auto* part = std::get_if<AdmittedPart>(&order)) {
    take(*part);
  } else {
    send(std::get<ToHosts>(order));
  }
}

void Gate::send(const ToHosts& order) {
  if (!porter_->sends_out(order, now().mono)) return turn_away(TurnedAway::Start);
  ports_.checkers.sent_out(name_, order);
  for (const LinkKey& link : order.links) {
    pass([this, link, frame = order.frame] { ports_.to_host(link, frame); });
  }
}

void Gate::take(const AdmittedPart& order) {
  ports_.checkers.list_came(name_, order.part);
  const auto complete = porter_->take(order.part, now());
  if (!complete) return turn_away(TurnedAway::OldList);
  if (!*complete) return;
  ports_.checkers.works_by(name_, porter_->list_number());
  door_->allow(porter_->links());
  door_->set_door(fabric::Door::Open);
  if (!will_store_) store_soon();
}

void Gate::store_soon() {
  will_store_ = true;
  later(kStoreDelay, [this] {
    will_store_ = false;
    stored_ = porter_->list();
    ports_.checkers.list_stored(name_);
  });
}

void Gate::pass(std::function<void()> on) {
  if (conduct == Conduct::Honest) return on();
  switch (ports_.timeline.rng.below(4)) {
    case 0:
      break;  // dropped
    case 1:
      later(ports_.timeline.between(1s, 90s) * options_.pace, std::move(on));
      break;
    case 2:
      on();
      later(ports_.timeline.between(1s, 90s) * options_.pace, std::move(on));
      break;
    default:
      on();
      break;
  }
}

}  // namespace mainstay::sim
