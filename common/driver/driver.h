// Drives a core: event -> step -> commit -> commands.
//
// 1. A command runs only when the commit of its step is done, and in the order of the steps.
// 2. An event may be handed in while a command runs: it is stepped at once, its commands queue up.
// A Core names State, Event, Row, Command, Limits and has a static step(); name_of(event) is found
// by the event's namespace.
#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "common/core/check.h"
#include "common/core/effects.h"
#include "common/core/rng.h"
#include "common/core/time.h"
#include "common/ports/log.h"
#include "common/ports/store.h"

namespace mainstay {

template <class Core>
class Driver {
 public:
  using Command = typename Core::Command;
  using Event = typename Core::Event;

  /// All outlive the driver. `store` must run its callbacks no later than its own destruction.
  struct Ports {
    Store& store;
    std::function<KeyValue(const Write<typename Core::Row>&)> encode;
    std::function<void(Command)> run;
    Log& log;
  };

  Driver(typename Core::State state, typename Core::Limits limits, Rng rng, Ports ports)
      : state_(std::move(state)), limits_(std::move(limits)), rng_(rng), ports_(std::move(ports)) {}
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  void handle(const Event& event, Now now) {
    auto effects = Core::step(state_, event, limits_, now, rng_);
    ports_.log.event(Level::Debug, "core.stepped",
                     {{"event", name_of(event)},
                      {"writes", effects.writes.size()},
                      {"commands", effects.commands.size()}});
    if (effects.writes.empty() && effects.commands.empty()) return;
    std::vector<KeyValue> writes;
    writes.reserve(effects.writes.size());
    for (const auto& write : effects.writes) writes.push_back(ports_.encode(write));
    CHECK(check_step(writes).has_value());
    // An empty commit still waits its turn: its commands must not overtake earlier ones.
    under_way_ += 1;
    ports_.store.commit(std::move(writes),
                        [this, commands = std::move(effects.commands)]() mutable {
                          under_way_ -= 1;
                          for (auto& command : commands) ready_.push_back(std::move(command));
                          run_ready();
                        });
  }

  /// Runs the action when all that the state holds now is durable: at once, if it is. For what the
  /// outside is shown of the state.
  void when_durable(std::move_only_function<void()> action) {
    if (under_way_ == 0) return action();
    under_way_ += 1;
    ports_.store.commit({}, [this, action = std::move(action)]() mutable {
      under_way_ -= 1;
      action();
    });
  }

  [[nodiscard]] const typename Core::State& state() const { return state_; }
  [[nodiscard]] const typename Core::Limits& limits() const { return limits_; }

 private:
  void run_ready() {
    if (running_) return;  // the loop below takes them in order
    running_ = true;
    while (!ready_.empty()) {
      // NOLINTNEXTLINE(misc-const-correctness): in a test commands are numbers, which do not move.
      Command command = std::move(ready_.front());
      ready_.pop_front();
      ports_.run(std::move(command));
    }
    running_ = false;
  }

  typename Core::State state_;
  typename Core::Limits limits_;
  Rng rng_;
  Ports ports_;
  std::deque<Command> ready_;
  std::size_t under_way_ = 0;  // commits that are not done
  bool running_ = false;
};

}  // namespace mainstay
