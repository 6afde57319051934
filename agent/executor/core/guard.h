// The host's own veto: whether an attempt may start, whatever the centre says.
//
// A failed check that may come right when the coordinator sends again is refused and leaves no
// trace; only what can never come right is closed, durably, because a closed record gives a slot
// back.
#pragma once

#include "agent/executor/core/journal.h"

namespace mainstay::executor {

struct Judgement {
  enum class Kind : std::uint8_t {
    Start,
    Refuse,   // not as it was sent, or not now
    Late,     // the permit ran out or is of another boot
    Stopped,  // STOP, or this host is revoked
    Close,    // never
  };
  Kind kind = Kind::Start;
  OutcomeKind close_as = OutcomeKind::Refused;
  std::string reason;
};

/// All rules, for a dispatch that has just come.
Judgement judge(const DispatchOffered& offered, const Journal& journal,
                const ExecutorLimits& limits, Now now);

/// The rules that time or a control statement can break between dispatch and start.
Judgement judge_standing(const AttemptRow& row, const Journal& journal,
                         const ExecutorLimits& limits, Now now);

/// The row that a dispatch would make.
AttemptRow row_of(const DispatchOffered& offered, Now now);

}  // namespace mainstay::executor
