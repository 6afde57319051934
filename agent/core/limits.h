// Bounds and rhythms of the agent. Each has a defined answer when it is reached.
#pragma once

#include <chrono>
#include <cstddef>

#include "common/core/parts.h"
#include "common/core/time.h"

namespace mainstay::agent {

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
  std::size_t waiting_max = 64;  // orders, while it wakes
  std::size_t records_max = 64;
  std::size_t record_bytes_max = kFrameBytesMax;
  std::size_t statements_max = 64;  // of the control chain, while the executor is away
  std::size_t resolves_max = 4;
};

}  // namespace mainstay::agent
