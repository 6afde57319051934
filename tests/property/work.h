// One action in the making: the processes step, their disks take the writes, their commands run,
// and the books are kept. What an action touches is copied at the first touch.
//
// A process may die at any commit of the action: the writes are durable then, and nobody has heard.
// Dying before a commit is the same as dying before the event, which is an action of its own.
// A step that is taken while a commit is under way joins the next one; its commands wait for it, so
// to everybody else it is as if it had come later.
#pragma once

#include "tests/property/world.h"

namespace mainstay::model {

struct Violation {
  std::string invariant;
  std::string text;
};

class Work {
 public:
  /// `dies_at`: the number of the commit at which its process dies, from 1; 0 for none.
  Work(const Setup& setup_in, const World& before, std::uint32_t dies_at)
      : setup(setup_in), after_(before), dies_at_(dies_at) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  const Setup& setup;
  std::vector<Violation> violations;
  std::optional<Verdict> verdict;  // of an operator's request
  /// Hears no beacon as it is sent, but late.
  std::optional<std::size_t> deaf;
  /// Since the action began: whose step led to a death has no more commands to run.
  std::uint32_t centre_starts = 0;
  std::array<std::uint32_t, kHosts> executor_starts{};

  Purse& spent() { return after_.spent; }
  Centre& centre();
  Host& host(std::size_t place);
  [[nodiscard]] const Centre& see_centre() const;
  [[nodiscard]] const Host& see_host(std::size_t place) const;
  [[nodiscard]] const World& world() const { return after_; }
  void send(Message message);
  void take(const std::shared_ptr<const Message>& message);
  /// True: the process dies here, durably.
  bool dies_here();
  [[nodiscard]] bool has_died() const { return dies_at_ > 0 && commits_ >= dies_at_; }
  void complain(std::string_view invariant, std::string text) {
    violations.push_back({.invariant = std::string(invariant), .text = std::move(text)});
  }
  /// Beacons whose end has come: no shell takes them.
  void drop_expired();
  World finish();

 private:
  World after_;
  std::unique_ptr<Centre> centre_;
  std::array<std::unique_ptr<Host>, kHosts> hosts_;
  std::uint32_t dies_at_;
  std::uint32_t commits_ = 0;
};

// ---- centre.cc
void centre_takes(Work& work, const coordinator::Event& event);
/// Its memory is what its disk holds.
void start_centre(Work& work);

// ---- host.cc
void executor_takes(Work& work, std::size_t place, const executor::ExecutorEvent& event);
void start_executor(Work& work, std::size_t place);
void boot_machine(Work& work, std::size_t place);
/// What the agent reports when the executor has told it all: the report comes back.
Message report_of(Work& work, std::size_t place);

// ---- tasks.cc
executor::AttemptEvidence evidence_of(const Host& host, const AttemptId& attempt);
void run(Work& work, std::size_t place, const executor::ExecutorCommand& command);
/// The shim looks at its folder, and runs the task if nobody was there before.
void shim_begins(Work& work, std::size_t place, std::size_t launch);
enum class Ending : std::uint8_t { Well, Badly };
void task_ends(Work& work, std::size_t place, const AttemptId& attempt, Ending ending);

}  // namespace mainstay::model
