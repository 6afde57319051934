// Who among the operators may say what, counted. Pure rules over a roster, and the same for the
// coordinator and for hosts: a statement that one took and the others refused would stop the chain.
//
// A signature counts only if its key stands in the roster with a fitting role, the entry has not
// expired, and its scope is certainly true of the host's certified labels.
#pragma once

#include <span>
#include <string>

#include "common/core/result.h"
#include "common/plan/authority.h"

namespace mainstay {

/// What a signature is for.
enum class Say : std::uint8_t {
  Plan,      // operator, approver, admin
  Stop,      // the same; a STOP takes one of them
  Lift,      // the same; two where there are two
  Admin,     // admin: roster, revocation
  Labelling  // admin, enroller
};

struct Question {
  Say say = Say::Plan;
  std::size_t asked = 1;   // signatures
  HostId host = {};        // as certified
  const Labels* labels{};  // of the host; null: the whole fleet is meant
  WallTime at{};           // entries that expire at or before this do not count
};

struct Count {
  std::size_t given = 0;   // distinct operators among the signers
  std::size_t needed = 0;  // min(asked, able), at least 1
};

/// A scope covers the whole fleet for a stop alone: everything else that is meant for all takes
/// operators without a scope.
/// Operators that could give the signature bound what can be needed; where none can, one is
/// needed and none is given.
Count count_signatures(const Roster& roster, std::span<const PublicKey> signers,
                       const Question& question);
/// "signed by 1 of 2 operators needed": Denied if nobody able signed, Unavailable if others may
/// still add their signatures.
Status enough_signatures(const Roster& roster, std::span<const PublicKey> signers,
                         const Question& question);

/// A following roster: number + 1, signed by as many admins as destructive work takes, or by the
/// recovery key, and with at least one admin left in it, neither scoped nor expired.
Status may_follow(const Roster& current, const Roster& next, std::span<const PublicKey> signers,
                  WallTime now);

}  // namespace mainstay
