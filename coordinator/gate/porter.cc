#include "coordinator/gate/porter.h"

#include "common/wire/decode.h"

namespace mainstay {

namespace {

/// Looked for in the frame itself, as the host will: the coordinator's word is not enough (I10).
bool may_start(const ToHosts& order) {
  if (order.starts) return true;
  const auto said = decode<HostOrder>(order.frame);
  const auto* message = said ? std::get_if<DispatchMessage>(&*said) : nullptr;
  return message != nullptr && message->dispatch.permit.has_value();
}

}  // namespace

Porter::Porter(const Verifier& verifier, const Rules& rules)
    : mode_(rules.mode),
      admitted_(verifier, rules.dispatch_key, rules.list_age_max),
      starts_(rules.starts_per_minute),
      senders_(rules.mode == GateMode::Hosts ? SenderRate() : kStrangerRate, kGateHostsMax) {}

bool Porter::is_open(Now now) const {
  if (mode_ == GateMode::Enrolment) return true;  // to hosts that no list can name yet
  return admitted_.is_fresh(now);
}

bool Porter::sends_out(const ToHosts& order, Instant now) {
  if (!may_start(order)) return true;
  return starts_.admit(order.links.size(), now);
}

}  // namespace mainstay
