// A machine that was cloned with its keys: reports as another boot of the same host until it is
// ended.
//   clone --config AGENT.CONF
#include "common/core/digest.h"
#include "tests/hostile/host_peer.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

int run_clone(const Arguments& arguments) {
  HostPeer peer(identity_of(arguments.text("config")));
  const BootId boot{sha256(as_bytes("the clone's boot")).value};
  if (!peer.say(plain_hello(boot))) give_up("no connection");
  say("clone", "speaks");
  for (std::uint64_t sequence = 1;; ++sequence) {
    if (!peer.say(plain_report(boot, sequence))) give_up("no connection");
    (void)peer.receive(std::chrono::milliseconds(500));
  }
}

}  // namespace mainstay::hostile
