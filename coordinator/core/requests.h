// What operators ask: who may, once, and the answer.
#pragma once

#include "coordinator/core/fleet/fleet.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

void on(Turn& turn, const RequestArrived& event);
/// Requests whose time is over cannot be replayed any more.
void forget_requests(Turn& turn);

Ruling add_token(Turn& turn, const OpenedToken& opened, const Operator& by);
Ruling set_labels(Turn& turn, const Verified<LabelCertificate>& labels, const Operator& by);
Ruling park(Turn& turn, const ParkHost& act, const Operator& by);
Ruling recheck(Turn& turn, const RecheckHost& act, const Operator& by);
Ruling remove_host(Turn& turn, const RemoveHost& act, const Operator& by);
Ruling release(Turn& turn, const ReleaseSlot& act, const Operator& by);
Ruling snooze(Turn& turn, const SnoozeNeed& act, const Operator& by);
Ruling import_feed(Turn& turn, const ImportFeed& act, const ReadFeed& feed, const Operator& by);
Ruling remove_feed(Turn& turn, const RemoveFeed& act, const Operator& by);
/// Those whose time is over, a few at a time.
void forget_snoozes(Turn& turn);
Ruling add_control(Turn& turn, const OpenedControl& opened, const Operator& by);

}  // namespace mainstay::coordinator
