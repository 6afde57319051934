// Inside this folder only: the handlers of the executor's events, by family, and the doors they
// use.
#pragma once

#include "agent/executor/core/journal.h"

namespace mainstay::executor {

/// One step in the making.
struct Turn {
  Journal& journal;
  const ExecutorLimits& limits;
  Now now;
  ExecutorEffects& out;
};

// authority.cc
void on(Turn& turn, const BeaconOffered& event);
void on(Turn& turn, const ControlOffered& event);
void on(Turn& turn, const BindingOffered& event);
void on(Turn& turn, const LabelsOffered& event);
void on(Turn& turn, const AcknowledgementOffered& event);
void on(Turn& turn, const StateAsked& event);

// attempts.cc
void on(Turn& turn, const DispatchOffered& event);
void on(Turn& turn, const Preflighted& event);
void on(Turn& turn, const ShimStarted& event);
void on(Turn& turn, const Inspected& event);
void on(Turn& turn, const Restarted& event);
void on(Turn& turn, const Ticked& event);

// records.cc
void on(Turn& turn, const LookedAgain& event);
void on(Turn& turn, const RecordSigned& event);

/// The only door between phases; CHECKs the edge. Whoever enters also writes.
void enter(AttemptEntry& entry, AttemptPhase phase);
void write(Turn& turn, const AttemptEntry& entry);
void write_host(Turn& turn);
void tell(Turn& turn, ExecutorMessage message);
/// Raises the term; never lowers it. False if it is too far ahead to be believed.
bool raise_term(Turn& turn, Term term);
void note_audit(Turn& turn, const AuditHead& audit);
/// Orders the record of an attempt that never started. For one with an intent, bar it first.
void close(Turn& turn, AttemptEntry& entry, Closing closing);
void sign_closed(Turn& turn, AttemptEntry& entry);
/// Orders the look at the host that decides a started attempt.
void look_again(Turn& turn, AttemptEntry& entry);
/// Starts, closes or lets wait what has an intent and no shim.
void drive_intended(Turn& turn);
AttemptEntry* find(Turn& turn, const AttemptId& attempt);

}  // namespace mainstay::executor
