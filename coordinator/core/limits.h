// Every bound and every span of the coordinator's core, with its unit and reason.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/core/time.h"

namespace mainstay::coordinator {

struct Limits {
  // Agents report each 10 s: three missed reports are silence, not jitter.
  Duration silent_after = std::chrono::seconds(30);
  // After a start: hosts say what they have running before anything new is granted.
  Duration listen = std::chrono::seconds(15);
  Duration beacon_interval = std::chrono::seconds(10);
  Duration beacon_lifetime = std::chrono::seconds(60);
  Duration admitted_interval = std::chrono::seconds(60);
  Duration admitted_lifetime = std::chrono::minutes(5);
  Duration dispatch_interval = std::chrono::seconds(10);
  Duration permit_lifetime = std::chrono::seconds(120);
  // An attempt's own limit is `within`; this much more for the way there and back.
  Duration attempt_grace = std::chrono::seconds(60);
  // How long health may stay worse after a step, while services come up.
  Duration verify_max = std::chrono::minutes(2);
  // A look costs its host a second of processor time; agents look each 5 minutes by themselves.
  Duration look_interval = std::chrono::seconds(15);
  // A waiting host of an open wave that stays silent this long is unreachable.
  Duration unreachable_after = std::chrono::minutes(5);
  // Labels that a host's reports do not show as seen are sent again; reports come each 10 s.
  Duration label_interval = std::chrono::seconds(30);
  // A host that missed telling something tells everything, some KiB; its reports come each 10 s.
  Duration tell_all_interval = std::chrono::seconds(30);
  std::uint32_t tell_all_rate = 200;  // hosts a second, the whole fleet
  // Of one source of one host: it looks each few minutes, and each one is a write.
  Duration findings_spacing = std::chrono::seconds(1);
  // A list of packages is some 20 KiB, told within a second; half a MiB at most while it comes.
  std::size_t tellings_max = 64;
  Duration telling_patience = std::chrono::seconds(30);
  // A host is asked this seldom, whatever it says it has; longer than patience, so that the next
  // host with the same list is asked when one is silent. What was no list is not asked for again
  // soon.
  Duration packages_spacing = std::chrono::minutes(1);
  Duration packages_retry = std::chrono::hours(1);
  std::size_t feeds_max = 64;  // a release of a distribution each
  Duration feed_ahead_max = std::chrono::hours(24);
  // A fleet that was never patched is open to some thousands in each release; of 150 bytes. A
  // quarter is kept for what is exploited or critical.
  std::size_t exposures_max = 20'000;
  // One that comes back within it goes on with its clock: a host that is put back to what it was
  // must not win time by it.
  Duration exposure_kept = std::chrono::hours(30 * 24);
  // By a wall clock that was set nothing is forgotten and no date mended until it has gone on
  // evenly for this long: one that was set wrong is set again before.
  Duration clock_settle = std::chrono::hours(6);
  Duration clock_uneven_max = std::chrono::minutes(1);  // from one tick to the next
  Duration resolve_max = std::chrono::seconds(30);
  Duration resolve_interval = std::chrono::seconds(5);
  // Two boot ids on one key within this span are two machines, not one that reboots.
  Duration duplicate_span = std::chrono::minutes(5);
  Duration plan_lifetime_default = std::chrono::hours(24);
  Duration binding_lifetime = std::chrono::hours(24 * 3650);
  // A check of all invariants takes 10 ms for 10,000 hosts: besides this interval it is made
  // whenever a host is taken out of service; in tests and the simulator in each pass.
  Duration check_interval = std::chrono::seconds(10);
  Duration request_skew = std::chrono::seconds(30);
  // A host has its own record key, and every alarm stays in the chain for good.
  Duration alarm_interval = std::chrono::minutes(1);

  std::uint32_t starts_per_minute = 20;  // disruptive starts, the whole fleet (I10)
  // Three rows a grant, and a step's commit holds 64.
  std::size_t step_keys_soft = 40;
  // A commit takes 256 KiB. One more grant after this is some 20 KiB: a target with all its
  // history.
  std::size_t step_bytes_soft = 128 * 1024;
  std::size_t freeze_leaves_per_step = 32;
  std::size_t freeze_bytes_per_step = 160 * 1024;
  std::uint16_t attempts_max = 99;
  std::size_t history_max = 32;
  std::size_t hosts_max = 20'000;
  std::size_t targets_max = 10'000;
  std::size_t tokens_max = 10'000;  // that are open
  std::size_t troubles_max = 16;    // of a host, in memory; the cache has them all
  std::size_t snoozes_max = 1'000;
  Duration snooze_max = std::chrono::hours(24 * 90);
  std::size_t drafts_max = 16;
  std::size_t plans_max = 10'000;
  std::size_t requests_max = 10'000;
  std::size_t excluded_max = 256;
  std::size_t excluded_reason_bytes_max = 128;  // they all are in the plan's row
  std::size_t reason_bytes_max = 512;
  std::size_t audit_recent_max = 2'000;
  std::size_t alarms_max = 32;
  Duration alarm_shown = std::chrono::hours(24);  // as a need
  std::uint32_t term_jump_max = 1'000;            // as executors allow
  // A list's number grows by one with each enrolment, removal and revocation: years of them.
  std::uint64_t admitted_jump_max = 100'000;
};

}  // namespace mainstay::coordinator
