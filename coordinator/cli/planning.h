// The way of a plan from a document to a rollout, step by step; plan, approve, start, apply and
// run are made of these.
#pragma once

#include <optional>

#include "coordinator/cli/picture.h"
#include "coordinator/cli/session.h"

namespace mainstay::cli {

/// The plan the document describes; its not_after is set.
Result<PlanHead> read_plan_file(const std::string& path);
/// Drafts it and waits, with progress, until the centre has resolved it, or found it wrong. The
/// view of the plan.
Result<Bytes> draft(Session& session, const PlanHead& head);
/// The same of a document: what the centre finds wrong is told with the line it is about.
Result<Bytes> draft_file(Session& session, const std::string& path, const PlanHead& head);
/// `path:line:column: complaint`, with the place of the section that a complaint of the centre is
/// about.
std::string locate(const std::string& path, std::string_view text, const std::string& complaint);
/// Fetches the frozen plan and checks it. `id` is its whole id in hexadecimal, as the centre has
/// it: a proposal with another id is refused.
Result<Proposal> fetch_proposal(Session& session, const std::string& id);
/// Who reads it agrees: types the number of hosts, or gave --expect-hosts or --expect. Denied if
/// these differ, Stale if nobody is there to ask.
Status agree(Session& session, const Proposal& proposal);
/// Signs exactly the checked bytes and sends them; what the centre says to it.
Result<std::string> sign_plan(Session& session, const Proposal& proposal);
///
Result<std::string> start_plan(Session& session, const PlanId& plan);
/// Follows a rollout until it ends, halts or needs a person, or the watcher leaves.
Result<Verdict> watch_rollout(Session& session, const std::string& rollout);

}  // namespace mainstay::cli
