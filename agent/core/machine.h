// Inside this folder only: the handlers of the agent's events, by family, and the orders they
// share.
#pragma once

#include "agent/core/agent.h"

namespace mainstay::agent {

/// One step in the making.
struct Turn {
  AgentState& state;
  const AgentLimits& limits;
  Now now;
  Rng& rng;
  AgentEffects& out;
};

// link.cc
void on(Turn& turn, const Restarted& event);
void on(Turn& turn, const Ticked& event);
void on(Turn& turn, const ConnectionUp& event);
void on(Turn& turn, const ConnectionDown& event);
/// Sends the greeting when there is something to say in it, and what waited for it.
void greet_if_ready(Turn& turn);

// agenda.cc
void on(Turn& turn, const Looked& event);
/// Looks, or looks once more after the look going on.
void want_look(Turn& turn);
void want_report(Turn& turn);
void run_agenda(Turn& turn);

// sources.cc
void on(Turn& turn, const SourceLooked& event);
/// Sets the first looks, spread by chance.
void begin_sources(Turn& turn);
/// Starts the looks that are due and gives up those that took too long.
void run_sources(Turn& turn);
/// The executor will not answer what it was asked: looks of its own take over.
void forget_probes(Turn& turn);
/// It rested before it heard of them.
void ask_probes_again(Turn& turn);
/// The executor will not look: then without root, and after some refusals for a while so at once.
void note_refusal(Turn& turn, Source source);
/// It was started anew, perhaps with another configuration.
void forget_refusals(Turn& turn);
/// As the agent's own user, with all the time that such a look has.
void look_without_root(Turn& turn, Source source);

// telling.cc
/// Facts that changed, or all of them, as they are put into the next report.
void tell_facts(Turn& turn, Report& report);
/// Sends the findings that the centre has not heard.
void tell_findings(Turn& turn);
/// The centre knows nothing any more.
void tell_all(Turn& turn);

// packages.cc
/// Takes the list out of a report; a report without one says that it is known no more.
void keep_packages(Turn& turn, std::string text);
/// Into the next report, if the centre was told another one or asks for all.
void tell_packages(Turn& turn, Report& report);
void want_packages(Turn& turn);
/// Sends the text once it is wanted and due.
void run_packages(Turn& turn);
Instant packages_due(const AgentState& state);

// orders.cc
void on(Turn& turn, const CentreSaid& event);

// relay.cc
void on(Turn& turn, const ExecutorUp& event);
void on(Turn& turn, const ExecutorDown& event);
void on(Turn& turn, const ExecutorSaid& event);
void ask_state(Turn& turn);
/// It answers, or will when it is woken.
bool has_executor(const Relay& relay);
/// To the executor, which is woken for it if it rests. False if there is none.
bool reach_executor(Turn& turn, ExecutorRequest request);
/// Gives up on one that does not wake, and wakes one that has rested for long.
void run_rest(Turn& turn);
void offer_beacon(Turn& turn);

// resolve.cc
void on(Turn& turn, const Resolved& event);
void add_resolve(Turn& turn, const Resolve& resolve);
/// Asks for new package lists once a look has found old ones.
void refresh_if_old(Turn& turn);
void on_refreshed(Turn& turn, const Refreshed& refreshed);
/// Starts what may start and gives up what took too long.
void run_resolves(Turn& turn);

// spool.cc
void keep_record(Turn& turn, const RecordMessage& message);
/// Sends everything kept, now.
void resend_all(Turn& turn);
void run_spool(Turn& turn);

/// The centre has been greeted in this connection.
bool heard(const Turn& turn);
void send(Turn& turn, HostMessage message);
void tell_executor(Turn& turn, ExecutorRequest request);

}  // namespace mainstay::agent
