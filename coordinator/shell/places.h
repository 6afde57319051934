// Where a coordinator's files lie: all in one folder, or where the packaged units expect them, with
// the keys handed over by the service manager, so that no user but root can read them on disk.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "common/core/result.h"
#include "coordinator/shell/initialise.h"

namespace mainstay::coordinator {

struct GatePlaces {
  std::string conf;
  std::string key;       // as it is made
  std::string key_name;  // as its configuration names it
  std::string state;
};

struct Places {
  std::string conf;
  std::string trust;
  std::string store;
  std::string dispatch_key;
  std::string dispatch_key_name;
  std::string link_key;
  std::string link_key_name;
  GatePlaces gate;
  GatePlaces enrolment;
  std::vector<std::string> folders;  // to be made, 0700
  mode_t conf_mode = 0600;
  bool starts_gates = true;  // the coordinator does; else they are services of their own
  std::string owner;         // of the store; empty: whoever runs this
};

Places places_of(const InitOptions& options);

/// `write`, as the owner of the store, in whose folder it happens. Denied if there is no such user,
/// or if this is not root.
Status write_owned(const Places& places, const std::function<Status()>& write);

}  // namespace mainstay::coordinator
