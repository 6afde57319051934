// The coordinator's state: rows as they are stored, and beside them what only this run knows.
// Ordered maps throughout, so that a step's order never depends on addresses or hashes. Values
// related by id. Instants live in memory only.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <set>

#include "common/plan/package_list.h"
#include "common/row/coordinator_row.h"
#include "coordinator/core/limits.h"

namespace mainstay::coordinator {

/// A finding that wants a person, as much of it as a line needs.
struct Trouble {
  Source source = Source::Resource;
  Topic topic = Topic::Source;
  std::string subject;
  Judgement judgement = Judgement::Refuted;
  std::string text;
  WallTime since{};
};
inline constexpr std::size_t kTroubleTextBytesMax = 128;

/// Until when one set of backups keeps what is asked of it, if nothing new comes.
struct SetDates {
  WallTime backed_up{};                   // its newest good backup is young enough; zero: none is
  std::optional<WallTime> restored = {};  // the same of its restore proof; nothing: none is asked
};
/// What a host says of all its updates.
struct PatchWord {
  Judgement judgement = Judgement::NotProved;  // refuted: security updates are open
  std::optional<WallTime> open_since = {};     // the oldest of them
};
/// What is reckoned on by the clock while a host tells nothing new.
struct Dates {
  std::vector<SetDates> backups;
  std::optional<PatchWord> patch = {};
};

struct Sight {
  SightRow row;
  Dates dates;
  std::vector<Trouble> troubles;  // of all sources, at most Limits::troubles_max
  std::optional<Instant> all_asked_at;
  std::array<std::optional<Instant>, kSourceCount> found_at;  // newest findings, by Source
  std::optional<Instant> report_at;  // receipt of the newest report in this run
  BootId boot;
  Instant boottime{};  // the host's, in that report
  std::vector<AttemptState> open;
  std::optional<Instant> looked_at;  // receipt of the newest look at its health
  std::optional<Instant> look_asked_at;
  std::optional<Instant> labels_sent_at;
  std::optional<Instant> packages_after;  // its list is not asked for before
  ControlNumber control_seen;
  RosterNumber roster_seen;
  LinkKey gate;
  BootId boot_before;
  std::uint32_t flips = 0;  // returns to the boot id before: two machines with one key
  std::optional<Instant> flip_at;
  std::uint64_t records_refused = 0;  // of this run
  std::optional<Instant> record_alarm_at;
};

struct Host {
  HostRow row;
  Sight sight;
};

/// A vulnerability and a release.
using ExposureId = std::pair<std::string, std::string>;

/// A list of packages that hosts said they have.
struct KnownPackages {
  std::uint32_t hosts = 0;  // that have it, by their newest word
  bool stored = false;
};

/// A host that was asked for its list, until it told it or for a while.
struct PackagesTelling {
  Digest digest;
  Instant asked_at{};
  Assembler parts{kPackageListBytesMax};
};

struct Plan {
  PlanRow row;
  std::vector<LeafRow> leaves;           // by index; in the order of regions, waves, zones, ids
  std::size_t leaves_stored = 0;         // while freezing
  std::optional<std::uint64_t> request;  // to be answered when frozen
  Nonce draft;
};

struct Target {
  TargetRow row;
  std::optional<Instant> deadline;       // of the open attempt, or of verifying
  std::optional<Instant> dispatched_at;  // newest dispatch of the open attempt
  std::optional<Instant> silent_since;   // while it waits for nothing but its host
  std::string rejection;                 // what the executor said to the newest dispatch
};

struct Rollout {
  RolloutRow row;
  std::map<HostId, Target> targets;
  std::map<std::string, Instant> bakes;  // by region, since when; anew after a start
  std::uint32_t open = 0;                // targets that are working or verifying
  std::uint32_t reopened = 0;            // targets that wait for a retry or for their next step
};

/// A plan being resolved; in memory only, and gone after a restart.
struct Draft {
  PlanHead head;
  std::uint64_t request = 0;
  std::string by;
  Instant asked_at{};
  Instant resolve_sent{};
  std::vector<HostId> hosts;  // those that are in
  std::map<HostId, ResolveAnswer> answers;
  std::vector<Excluded> excluded;
  bool freezing = false;
  std::vector<Leaf> leaves;  // as handed to the shell
};

struct AuditChain {
  AuditHead head;
  std::deque<AuditRow> recent;
  std::deque<AuditRow> alarms;  // the newest of each text
};

struct State {
  ReignRow reign;
  std::map<HostId, Host> hosts;
  std::map<LinkKey, HostId> links;       // of hosts that are neither removed nor revoked
  std::map<Digest, TokenRow> tokens;     // spent ones too, until they expire
  std::map<HostId, Digest> tokens_open;  // of each host the one that it may still use
  Digest tokens_swept;                   // expired ones were looked for up to here
  std::optional<RosterRow> roster;
  std::vector<ControlRow> control;                   // ascending
  std::optional<ControlPendingRow> control_pending;  // would be the next of `control`
  bool stopped = false;
  std::map<PlanId, Plan> plans;
  std::map<RolloutId, Rollout> rollouts;
  std::map<HostId, SlotRow> slots;
  std::map<AttemptId, Digest> records;
  std::map<Nonce, RequestRow> requests;
  std::map<Digest, KnownPackages> packages;
  bool packages_swept = false;                  // those of no host, after the start
  std::map<HostId, PackagesTelling> tellings;   // at most Limits::tellings_max
  std::map<std::string, FeedRow> feeds;         // by name
  std::map<ExposureId, ExposureRow> exposures;  // at most Limits::exposures_max
  bool exposures_refused = false;       // one had no room: it has no deadline, nor is it in time
  std::map<Digest, SnoozeRow> snoozes;  // by digest of the cause
  AuditChain audit;

  bool going_on = false;  // a GoOn is ordered, and its WentOn has not come yet
  std::map<Nonce, Draft> drafts;
  Term first_term;  // of this start: what hosts say can raise it by a bounded span only
  std::uint64_t first_admitted_number = 0;  // and so with what gates say
  std::optional<Instant> listen_until;      // nothing is granted before, nor before a start
  std::uint64_t beacon_sequence = 0;
  std::optional<Instant> tell_all_second;  // hosts were asked to tell everything in it
  std::uint32_t tell_all_count = 0;
  std::optional<Instant> beacon_at;
  std::optional<Instant> admitted_at;
  std::optional<Instant> checked_at;  // all invariants
  std::optional<Now> ticked_at;
  Instant clock_even_since{};              // since when the wall clock goes as the boot's does
  std::map<Digest, Instant> token_alarms;  // spent ones presented with other keys, of late
  std::deque<Instant> starts;              // disruptive ones of the last minute
};

/// Takes up what one source found, in place of what it found before.
void note_troubles(Sight& sight, const FindingsRow& row, std::size_t troubles_max, WallTime now);

/// The same of what has a date.
void note_dates(Sight& sight, const FindingsRow& row);

/// From what was stored, in any order.
State restore(std::vector<CoordinatorRow> rows);

}  // namespace mainstay::coordinator
