// A control statement that waits for signatures: shown from its own bytes, whatever the centre says
// of it, and given one signature more.
#pragma once

#include "common/core/verified.h"
#include "common/plan/authority.h"
#include "coordinator/cli/session.h"

namespace mainstay::cli {

struct Waiting {
  Roster roster;  // in force, verified
  Verified<ControlStatement> statement;
  std::optional<Verified<Roster>> next;  // of a NewRoster
};

/// Nothing if nothing waits. Denied if what waits is signed by no operator.
Result<std::optional<Waiting>> waiting_statement(Session& session);

/// What it would do, by whose signatures, line by line.
std::string text_of(const Waiting& waiting);

/// Signs without asking: for who has just said the same himself.
Result<Verdict> cosign(Session& session, const Waiting& waiting);

/// `approve C-7`: shows, asks and signs.
Result<Verdict> approve_statement(Session& session, const std::string& name);

}  // namespace mainstay::cli
