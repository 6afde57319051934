// The fleet: who is enrolled, who is heard, what they say of themselves. What a host reports is its
// own word: it may keep the host out of a plan, and never brings another host in.
#pragma once

#include "common/select/selector.h"
#include "coordinator/core/event.h"
#include "coordinator/core/turn.h"

namespace mainstay::coordinator {

enum class Liveness : std::uint8_t { Live, Silent, NeverSeen };
std::string_view name_of(Liveness liveness);

Liveness liveness_of(const Host& host, const Limits& limits, Now now);
bool is_enrolled(const Host& host);
bool is_parked(const Host& host, Now now);
/// Two machines use one key: neither is given work.
bool is_duplicate(const Host& host, const Limits& limits, Now now);
/// Enrolled, live, not parked and no duplicate.
bool is_fit(const Host& host, const Limits& limits, Now now);

/// What the fact is by now, if it moves by itself; nothing if it is not known.
std::optional<std::int64_t> fact_now(const SightRow& row, Fact fact, WallTime now);

Host* find_host(State& state, const HostId& id);
const Host* find_host(const State& state, const HostId& id);
Host* find_by_link(State& state, const LinkKey& link);
std::string label_of(const Host& host, const std::string& name);

/// A host as selectors see it; facts of a host that is not live are stale.
class HostSubject : public Subject {
 public:
  HostSubject(const Host& host, const Limits& limits, Now now)
      : host_(host), limits_(limits), now_(now) {}
  std::optional<std::string_view> label(std::string_view name) const override;
  mainstay::FactValue fact(std::size_t index) const override;

 private:
  const Host& host_;
  const Limits& limits_;
  Now now_;
};

/// Operators, by the roster in force.
struct Operator {
  std::string name;
  Role role = Role::Viewer;
  std::string scope;
};
std::optional<Operator> operator_of(const State& state, const PublicKey& key, WallTime now);
/// The first signer who is an operator now.
std::optional<Operator> operator_of(const State& state, const std::vector<PublicKey>& signers,
                                    WallTime now);
/// Operator, approver or admin.
bool may_operate(Role role);
bool may_approve(Role role);
bool may_enrol(Role role);
/// An empty scope covers every host; one that cannot be read, none.
bool covers(const std::string& scope, const Host& host, const Limits& limits, Now now);

// ---- events
void on_hello(Turn& turn, Host& host, const Hello& hello);
void on_report(Turn& turn, Host& host, const Report& report);
void on_findings(Turn& turn, Host& host, const FindingsMessage& message);
/// A report in which nothing changed has the number of the message before.
enum class Tells : std::uint8_t { Nothing, Something };
/// Takes the number of a report or of findings: false if anything that was told is missing.
bool follows(Sight& sight, std::uint64_t sequence, Tells tells);
/// They are asked for again.
void on_packages_lost(Turn& turn, const PackagesLost& event);
/// Notes since when hosts are open to what.
void on_exposures(Turn& turn, const ExposuresSeen& event);
/// Those that have been of no host for long. What was noted by a clock that was ahead is set back.
void forget_exposures(Turn& turn);
/// Each tick, and at the start.
void watch_clock(Turn& turn);
/// The host's list of packages is this one, zero: none; it is asked for it if nobody told it.
void note_packages(Turn& turn, Host& host, const Digest& now);
void on_packages(Turn& turn, Host& host, const PackagesMessage& message);
/// Lists that no host has any more, a few a step.
void forget_packages(Turn& turn);
/// Of a host that is removed.
void forget_findings(Turn& turn, Host& host);
/// The host is to tell everything; it is asked each tell_all_interval at most.
void ask_all(Turn& turn, Host& host);
void on(Turn& turn, const EnrolmentAsked& event);
void on(Turn& turn, const GateJoined& event);
void send_admitted(Turn& turn);
void send_beacon(Turn& turn);
/// The host is to look at itself now; it is asked each look_interval at most.
void ask_look(Turn& turn, Host& host);
/// Sends the control statements and labels that the host has not seen.
void catch_up(Turn& turn, const Host& host);

}  // namespace mainstay::coordinator
