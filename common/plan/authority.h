// Who may say what: operators and their roster, certified labels, enrolment tokens, and the control
// chain that every host obeys. Values only; the signatures around them are checked in the shell.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/plan/document.h"
#include "common/plan/terms.h"

namespace mainstay {

/// Certified by operators; at most 32 of 64 characters each.
using Labels = std::map<std::string, std::string>;

inline constexpr std::size_t kOperatorsMax = 64;
inline constexpr std::size_t kLabelsMax = 32;
/// Every host has this one: its name. No certificate may give it another value.
inline constexpr std::string_view kHostLabel = "host";

struct OperatorEntry {
  std::string name;  // as HostId
  PublicKey key;
  LinkKey link;  // reads are allowed by it, by role
  Role role = Role::Viewer;
  std::string scope;  // a selector over labels; empty: every host
  WallTime expires{};
  friend bool operator==(const OperatorEntry&, const OperatorEntry&) = default;
};

/// Number N+1 is signed as N demands; hosts never go back to a lower one.
struct Roster {
  DocumentHeader header;
  RosterNumber number;
  std::vector<OperatorEntry> operators;
  std::array<std::uint8_t, 4> signatures_needed = {1, 1, 1, 1};  // by Impact
  PublicKey recovery;                                            // offline; may sign a next roster
};

/// Given by an operator of role admin or enroller; executors keep the highest serial.
struct LabelCertificate {
  DocumentHeader header;
  HostId host;
  std::uint32_t serial = 0;
  Labels labels;
};

/// What `name` is of a certified host: the one reading of labels for selectors and scopes, so that
/// coordinator and hosts agree. Borrowed from the arguments.
inline std::optional<std::string_view> certified_label(const HostId& host, const Labels& labels,
                                                       std::string_view name) {
  if (name == kHostLabel && !host.empty()) return std::string_view(host.text());
  const auto found = labels.find(std::string(name));
  if (found == labels.end()) return std::nullopt;
  return found->second;
}

/// The operator's half of an enrolment; the secret half is known to the host alone.
struct EnrolmentToken {
  DocumentHeader header;
  HostId host;
  Digest secret_digest;
  Digest trust_digest;  // of the trust file that the host is to hold
  Bytes labels;         // a signed LabelCertificate
  bool replaces = false;
};

struct StopFleet {
  std::string reason;
};
struct LiftStop {
  std::string reason;
};
struct RevokeHost {
  HostId host;
  PublicKey record_key;
  LinkKey link_key;
};
struct NewRoster {
  Bytes roster;  // signed Roster
};
struct AbortPlan {
  PlanId plan;
  std::string reason;
};
using ControlAct = std::variant<StopFleet, LiftStop, RevokeHost, NewRoster, AbortPlan>;
std::string_view name_of(const ControlAct& act);

/// One link of the control chain: numbered from 1 without gaps, each names its predecessor.
/// How long a statement may take from its signature until it is in force: signatures are gathered.
/// It bounds what an operator whose entry has expired could still backdate.
inline constexpr Duration kStatementAgeMax = std::chrono::hours(24);

struct ControlStatement {
  DocumentHeader header;
  ControlNumber number;
  Digest previous;  // sha256 of the signed envelope before; zero for number 1
  ControlAct act;
  WallTime signed_at{};  // entries of the roster are judged as of then, whenever a host hears it
};

}  // namespace mainstay
