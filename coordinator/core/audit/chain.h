// The audit chain: each record names the digest of the one before, so that a gap, a rewrite or a
// fork shows. Every state change has its record in the same commit.
#pragma once

#include "coordinator/core/state.h"

namespace mainstay::coordinator {

/// How a record begins that a person must hear of.
inline constexpr std::string_view kAlarm = "ALARM ";

/// sha256(previous || be64 number || be64 ms || text)
Digest digest_of(const AuditRow& row);
/// Appends to the chain and returns the row to be written.
AuditRow append(AuditChain& chain, std::string_view text, WallTime at, const Limits& limits);
/// Taken up when the state is restored; rows must come in order.
void take_up(AuditChain& chain, AuditRow row, const Limits& limits);
/// The row follows `before`, and its digest is right.
bool follows(const AuditHead& before, const AuditRow& row);

}  // namespace mainstay::coordinator
