// Makes the folder a new coordinator starts from: keys, configuration of coordinator and of its two
// local gates, the first roster in the store, and the trust file for hosts. Used by `mainstay
// init`.
//
//   coordinator.conf trust keys/dispatch.key keys/link.key store/
//   gate/gate.conf gate/link.key gate/state/ enrolment/gate.conf enrolment/link.key
//   enrolment/state/
#pragma once

#include <string>

#include "common/core/bytes.h"
#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::coordinator {

enum class Layout {
  Folder,  // all in one folder; the coordinator starts its gates
  System,  // as the packaged units have it: see places.cc
};

struct InitOptions {
  std::string directory;  // absolute
  Layout layout = Layout::Folder;
  std::string fleet;  // its name, for people
  Bytes roster;       // signed Roster, number 1, by one of its own operators
  WallTime now{};
  std::string listen = "tcp://127.0.0.1:7439";            // gates and operators dial it
  std::string gate_listen = "tcp://127.0.0.1:7440";       // what the gate binds
  std::string enrolment_listen = "tcp://127.0.0.1:7441";  // what the enrolment gate binds
  std::string gate_endpoint = {};                         // what hosts dial; empty: as gate_listen
  std::string enrolment_endpoint = {};  // what hosts dial; empty: as enrolment_listen
  std::string gate_program = "/usr/libexec/mainstay/mainstay-gate";
  Duration grace = std::chrono::seconds(15);
  Duration permit_lifetime = std::chrono::seconds(120);
  Duration beacon_interval = std::chrono::seconds(10);
};

/// Denied, with nothing changed, if the folder holds a store or keys already. Denied or Malformed
/// if the roster is not what it should be.
Status initialise(const InitOptions& options);

}  // namespace mainstay::coordinator
