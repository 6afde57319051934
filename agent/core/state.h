// What the agent remembers between steps. All of it is rebuilt after a start from the host itself,
// the executor and the centre, so nothing here is stored.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/limits.h"
#include "common/plan/local_message.h"

namespace mainstay::agent {

/// "Never" for things that are due.
inline constexpr Instant kNever = Instant::max();

enum class Greeting : std::uint8_t {
  None,     // since this connection began
  Partial,  // sent without what the executor or the first look would have told
  Full,
};

struct Link {
  bool up = false;
  Instant since{};
  Greeting greeting = Greeting::None;
  Instant connect_at = kNever;
};

/// What is due and what was last seen of the host.
struct Agenda {
  Instant look_at = kNever;
  Instant look_until = kNever;  // a look is going on, and is given up then
  bool look_again = false;      // it was asked for after that look began
  WallTime look_began{};
  Instant looked_mono{};
  bool looked = false;
  Health health;
  WallTime health_at{};  // zero: never seen
  std::vector<FactReading> facts;
  std::string os;
  std::string architecture;
  Instant report_at = kNever;
  Instant reported_at{};
  bool report_after_look = false;
};

/// One source of findings: when it is due, and what it said last.
struct Watch {
  Instant look_at = kNever;
  Instant look_until = kNever;  // a look is going on, and is given up then
  bool by_root = false;         // that look is the executor's
  std::uint32_t refusals = 0;   // of the executor, one after another
  Instant ask_root_at{};        // not before: it would be woken only to refuse
  std::uint32_t failures = 0;   // one after another
  std::uint32_t overruns = 0;
  bool looked = false;
  SourceReport report;
  Instant looked_mono{};
  bool untold = false;  // the centre has not heard this yet
  SourceReport told;    // what it heard last, when that was seen and when it was sent
  Instant told_mono{};
  Instant told_at{};
};

/// What the centre was told, so that only changes are told again.
struct Telling {
  std::uint64_t sequence = 0;  // of the newest message; begins anywhere, so that a restart shows
  bool all = true;             // the next report holds everything
  std::array<std::optional<std::int64_t>, kFactCount> facts;  // by Fact
  Instant motion_at{};  // when those that move by themselves were told
};

/// The list of packages of the last look at them, and whether the centre knows it.
struct Packages {
  std::string text;  // empty: there is none
  Digest digest;     // of the text; zero: there is none
  std::optional<Digest> told;
  bool is_wanted = false;  // the centre asked for the text
  Instant send_at{};       // not again before
};

struct ResolveJob {
  enum class Phase : std::uint8_t { Waiting, Refreshing, Simulating };
  Resolve resolve;
  Phase phase = Phase::Waiting;
  Instant until = kNever;
};

/// The executor, and what waits for it.
struct Relay {
  bool up = false;
  // The service manager holds its socket, so that anybody can connect: it is there once it answers.
  Instant answer_until = kNever;
  bool is_mute = false;
  std::string root;  // package root, by the executor's last word
  // It ended itself for want of work, and a connection starts it again. What comes for it then
  // waits here while it is woken.
  bool rests = false;
  Instant rest_until = kNever;
  std::deque<ExecutorRequest> waiting;
  std::optional<ExecutorState> said;  // the last word, also while it is away
  bool said_now = false;              // in this connection
  Instant ask_at = kNever;
  Bytes beacon;  // the newest that came
  Instant beacon_at{};
  bool beacon_offered = false;
  std::deque<Bytes> statements;     // oldest first
  Bytes labels;                     // the newest not yet offered
  std::deque<ResolveJob> resolves;  // the first is the one being worked on
  bool refreshes = false;           // for no plan, but because the lists are old
  Instant refresh_at{};             // not again before
};

struct SpoolEntry {
  Bytes record;
  std::uint32_t sends = 0;
  Instant send_at{};
};

struct Counts {
  std::uint64_t records_deferred = 0;  // not taken in: the executor will be asked again
  std::uint64_t statements_dropped = 0;
  std::uint64_t answers_dropped = 0;  // rejections and logs while there was no connection
  std::uint64_t dispatches_rejected = 0;
};

struct AgentState {
  std::string agent_version;
  BootId boot;
  Bytes binding;
  Bytes enrolled_labels;
  Link link;
  Agenda agenda;
  Relay relay;
  std::array<Watch, kSourceCount> watches;  // by Source
  Telling telling;
  Packages packages;
  std::map<Digest, SpoolEntry> spool;  // by sha256 of the record
  Counts counts;
};

/// CHECKs what must hold between steps.
void check_invariants(const AgentState& state, const AgentLimits& limits);

}  // namespace mainstay::agent
