// What one simulated run is like. Swarm testing: each seed has some faults fully off, for a fault
// that is always on hides what happens without it.
// Source: A. Groce, C. Zhang, E. Eide, Y. Chen, J. Regehr, "Swarm Testing", ISSTA 2012.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/core/time.h"

namespace mainstay::sim {

/// Each fault, and each act of people, has its occasion once in this time.
inline constexpr Duration kRound = std::chrono::seconds(5);

/// Chances are in a thousand: of a message, of a task, or of a fault's occasion.
struct Options {
  std::uint32_t hosts = 6;
  std::uint32_t regions = 2;
  std::uint32_t plans = 1;
  std::uint32_t looks = 0;  // read-only plans beside them
  bool has_lists = false;   // hosts tell which packages they have
  /// Every span of every process and task is this many times as long: a day of a fleet that does
  /// everything as slowly costs as many events as a day's work does, not as its heartbeats do.
  std::uint32_t pace = 1;

  // ---- network
  std::uint32_t lose = 0;
  std::uint32_t repeat = 0;
  Duration delay_max = std::chrono::milliseconds(30);
  std::uint32_t cut = 0;  // of a host's connection, for a while
  std::uint32_t cut_one_way = 0;
  std::uint32_t cut_region = 0;
  std::uint32_t strand = 0;  // the last host of a rollout, for longer than it is waited for
  std::uint32_t flap = 0;    // up and down again within seconds
  std::uint32_t slow = 0;    // a host's frames crawl, for a while

  // ---- gates
  std::uint32_t gates = 1;
  std::uint32_t gate_starts = 600;              // a minute, at each
  Duration list_age = std::chrono::minutes(5);  // by which it lets nobody in
  std::uint32_t crash_gate = 0;  // all its connections at once, and what was on its way
  std::uint32_t cut_gate = 0;    // off from the coordinator, for a while
  std::uint32_t bad_gate = 0;    // drops, repeats and withholds, for a while
  std::uint32_t late_list = 0;   // of a list: it comes late, or not
  std::uint32_t move = 0;        // a host goes to another gate
  std::uint32_t stall = 0;       // and what it said by the connection before is heard later

  // ---- machines
  Duration commit_max = std::chrono::milliseconds(5);
  std::uint32_t silent = 0;  // a host loses power, for a while
  std::uint32_t crash_centre = 0;
  std::uint32_t crash_at_commit = 0;  // of a commit: durable, and nobody heard
  std::uint32_t fail_disk = 0;        // a commit fails and its process dies, for a while
  std::uint32_t crash_agent = 0;
  std::uint32_t crash_executor = 0;
  std::uint32_t crash_at_launch = 0;  // an executor dies and is back before its shim exists
  std::uint32_t kill_shim = 0;        // and its task with it, somewhere in the middle
  std::uint32_t fail_host_disk = 0;   // a commit fails and the executor dies
  std::uint32_t crash_at_intent = 0;  // once an attempt is to start, and before it does
  std::uint32_t fill_host_disk = 0;   // every commit fails, for a while, whoever starts again
  std::uint32_t tear = 0;             // of a shim's file: power goes while it is written
  std::uint32_t skew = 0;    // the wall clock of a host or of the coordinator jumps, for a while
  std::uint32_t expose = 0;  // lists of packages that are open to something, and are mended
  std::uint32_t fail = 0;
  std::uint32_t hang = 0;
  std::uint32_t drift = 0;
  std::uint32_t clone = 0;  // once a run: a second machine with a host's disk

  // ---- people
  std::uint32_t meddle = 0;  // operators pause, resume, retry, recheck, park, release
  std::uint32_t stop = 0;
  std::uint32_t abort = 0;
  std::uint32_t remove = 0;  // hosts and operators, for good
  std::uint32_t flood = 0;   // of requests
  std::uint32_t thief = 0;   // holds the coordinator's keys, and hears all
  std::uint32_t liar = 0;    // a host that speaks for others

  std::uint32_t starts_per_minute = 20;
  Duration faults_for = std::chrono::seconds(0);
};

enum class Size : std::uint8_t {
  Small,  // 6 to 12 hosts, minutes
  Day,    // 24 hosts in 3 regions, a day
  Days,   // 200 hosts in 3 regions, three days
};
std::optional<Size> size_from(std::string_view word);
std::string_view word_of(Size size);

Options options_of(std::uint64_t seed, Size size = Size::Small);

}  // namespace mainstay::sim
