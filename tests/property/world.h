// One state of the small world, as a value: what each process remembers, what each disk holds, what
// is under way between them, and how many faults were spent. States share the parts in which they
// do not differ.
//
// Nothing need be delivered: a message that lies in the network for ever is a lost one, so losses
// are everywhere and cost nothing. The network keeps no order.
#pragma once

#include <set>
#include <vector>

#include "tests/property/hash.h"
#include "tests/property/setup.h"

namespace mainstay::model {

struct Centre {
  coordinator::State state;
  CentreDisk disk;
  // ---- the books
  std::optional<Term> spoken;         // newest term that left, in this run
  std::optional<Term> spoken_before;  // and in all runs before

  Hash128 hash;
};

struct Folder {
  bool started = false;
  bool barred = false;
  bool alive = false;
  std::optional<executor::TaskResult> result;
};

/// A shim that was launched and has not looked at its folder yet.
struct Launch {
  AttemptId attempt;
  bool own = true;  // of the executor that runs now
};

/// A permit that came while no newer term was known.
struct Came {
  AttemptId attempt;
  BootId boot;
  Instant not_after{};
};

struct Host {
  executor::Journal journal;
  std::map<std::string, executor::HostRow> disk;
  // ---- the machine
  std::uint32_t boots = 1;
  Duration booted{};           // since dawn
  std::uint32_t ends = 0;      // tasks that are over: each makes its wall clock 2 ms older
  std::set<PlanId> installed;  // whose package is there
  bool broken = false;
  std::map<AttemptId, Folder> folders;
  std::vector<Launch> launched;
  // ---- the books
  Term term_top;  // newest that was ever durable
  std::vector<Came> came;
  std::set<AttemptId> begun;
  bool excused = false;  // an operator gave its slot away although it is not well
  bool removed = false;

  Hash128 hash;
};

struct Message {
  enum class Kind : std::uint8_t { Beacon, Dispatch, Acknowledgement, Report, Record };
  Kind kind = Kind::Beacon;
  std::size_t host = 0;
  /// Which of two is the older one, by their content.
  std::uint64_t rank = 0;
  Hash128 hash = {};
  std::string text = {};
  WallTime not_after = WallTime::max();  // as the receiving shell asks
  std::optional<Permit> permit = std::nullopt;
  std::optional<executor::ExecutorEvent> to_host = std::nullopt;
  std::optional<coordinator::Event> to_centre = std::nullopt;
};

/// What was spent, or may be.
struct Purse {
  std::uint8_t crashes = 0;  // of a process; a machine's counts as well
  std::uint8_t repeats = 0;  // a message is delivered, and stays
  std::uint8_t late = 0;     // a host or the coordinator is not heard for a while
  std::uint8_t bad = 0;      // tasks that fail
  std::uint8_t acts = 0;     // of an operator
  std::uint8_t ticks = 0;    // of time
};

struct World {
  std::shared_ptr<const Centre> centre;
  std::array<std::shared_ptr<const Host>, kHosts> hosts;
  std::vector<std::shared_ptr<const Message>> network;  // ordered by content
  Purse spent;

  [[nodiscard]] Duration now() const { return spent.ticks * kTick; }
  [[nodiscard]] Hash128 hash() const;
};

Now now_of_centre(const World& world);
Now now_of(const World& world, const Host& host);

Hash128 hash_of(const Centre& centre);
Hash128 hash_of(const Host& host);

}  // namespace mainstay::model
