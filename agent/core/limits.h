// Bounds and rhythms of the agent. Each has a defined answer when it is reached.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "common/core/parts.h"
#include "common/core/time.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// How often one source of findings is looked at, and for how long at most.
struct SourceLimits {
  Duration interval{};  // zero: never
  Duration time_max = std::chrono::seconds(60);
  bool asks_root = false;  // it sees more through the executor's probe
};

struct AgentLimits {
  Duration report_interval = std::chrono::seconds(10);
  // A listing of the packages costs a second of processor time; outcomes and the centre ask for
  // looks of their own.
  Duration look_interval = std::chrono::minutes(5);
  Duration look_retry = std::chrono::seconds(15);
  Duration look_time_max = std::chrono::seconds(120);
  // Changes seen within this time share a report, so that no peer can make the agent chatter.
  Duration report_spacing = std::chrono::milliseconds(200);
  Duration state_interval = std::chrono::seconds(10);
  // Thousands of agents start after a power cut; a join costs the gate half a millisecond.
  Duration connect_spread = std::chrono::seconds(2);
  // How long a greeting waits for the first look and the executor's word.
  Duration hello_patience = std::chrono::seconds(3);
  // How long the first look waits to be told where the packages are. Without an executor, whose
  // word that is, the machine itself is looked at.
  Duration root_patience = std::chrono::seconds(1);
  // The executor believes no beacon whose wall time differs by more than this from its own.
  Duration beacon_age_max = std::chrono::seconds(30);
  Duration resend_delay_min = std::chrono::milliseconds(500);
  Duration resend_delay_base = std::chrono::seconds(2);
  Duration resend_delay_max = std::chrono::seconds(60);
  // Older lists hide updates. A plan refreshes by itself; and most machines do so once a day.
  Duration lists_age_max = std::chrono::hours(6);
  Duration refresh_pause = std::chrono::hours(1);  // between two tries
  Duration refresh_time_max = std::chrono::seconds(120);
  Duration simulate_time_max = std::chrono::seconds(120);
  // A resting executor costs nothing; so often it is woken to see that there is one.
  Duration rest_time_max = std::chrono::hours(1);
  Duration wake_time_max = std::chrono::seconds(15);
  std::size_t waiting_max = 64;                      // orders, while it wakes
  std::array<SourceLimits, kSourceCount> sources{};  // by Source; none unless told
  // A first look comes soon, and no two hosts of a fleet that starts look at the same moment.
  Duration source_spread = std::chrono::minutes(2);
  Duration probe_pause = std::chrono::seconds(5);  // another look has the executor
  // One refusal may be a probe that failed; two say that the executor's configuration is so. It is
  // asked again as often as it is woken anyway.
  std::uint32_t probe_refusals_max = 2;
  Duration probe_refused_time = std::chrono::hours(1);
  Duration source_retry = std::chrono::minutes(1);  // doubled at each failure, up to the interval
  std::uint32_t overruns_max = 3;                   // one after another; then the source rests
  Duration source_rest = std::chrono::hours(24);
  // Findings in which nothing changed but ages are told so often, to say that they still hold.
  Duration findings_interval = std::chrono::hours(6);
  // The centre leaves out what it hears twice of one source within a second, and would have to ask
  // for everything once more.
  Duration findings_spacing = std::chrono::seconds(2);
  // What moves by itself is told when it is off by more than this, or by a fiftieth.
  Duration motion_error_max = std::chrono::seconds(60);
  // A list of packages is tens of frames at most; who asks for it all the time gets it now and
  // then.
  Duration packages_pause = std::chrono::seconds(10);
  std::int64_t noise_max = 5;  // percentage points that mean nothing
  std::size_t records_max = 64;
  std::size_t record_bytes_max = kFrameBytesMax;
  std::size_t statements_max = 64;  // of the control chain, while the executor is away
  std::size_t resolves_max = 4;
};

}  // namespace mainstay::agent
