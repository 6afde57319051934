// Making rosters: the first one by `init`, the next ones by `operator add` and `operator remove`.
#pragma once

#include "common/plan/authority.h"
#include "coordinator/cli/session.h"

namespace mainstay::cli {

/// Rosters are replaced, not renewed. No operator can last longer than the roster he stands in.
inline constexpr Duration kRosterLifetime = std::chrono::hours(24 * 3650);

/// `word`: a file with an ssh-ed25519 line, such a line, or 64 hexadecimal digits.
Result<PublicKey> read_public_key(const std::string& word);
/// Copied from the file if `word` is one: the line as it goes into client.conf.
Result<std::string> read_ssh_line(const std::string& word);
/// Checked as every reader will.
Result<Bytes> encode_roster(const Roster& roster);

}  // namespace mainstay::cli
