// What operators signed before, verified here: the centre hands it over and is not believed. What
// is signed next builds on it, so nothing else may slip in.
#pragma once

#include "common/plan/authority.h"
#include "coordinator/cli/session.h"

namespace mainstay::cli {

/// The roster in force: from the one of the trust file, each following one as the one before it
/// demands. Denied if a step does not hold.
Result<Roster> verified_roster(Session& session);

/// Of all who stand in it, the recovery key among them.
std::vector<PublicKey> keys_of(const Roster& roster);

/// The certificate that the host has, or nothing for a host never seen. Where its signer is no
/// operator any more a person is shown its labels and asked.
Result<std::optional<LabelCertificate>> held_labels(Session& session, const HostId& host);

/// Labels as "a=1 b=2".
std::string labels_line(const Labels& labels);

}  // namespace mainstay::cli
