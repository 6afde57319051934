// The door for what hosts say, as their gate passes it on. The connection's key says who speaks; a
// record counts only with the signature of that very host's record key. Nonsense is counted.
#pragma once

#include "common/wire/open.h"
#include "coordinator/core/event.h"
#include "coordinator/core/state.h"
#include "coordinator/shell/refusals.h"

namespace mainstay::coordinator {

struct Origin {
  LinkKey gate;
  LinkKey link;
};

struct HostLogPart {
  HostId host;  // by its key, not by the part's word
  LogPart part;
};

class HostDoor {
 public:
  HostDoor(const Verifier& verifier, Refusals& refusals)
      : verifier_(verifier), refusals_(refusals) {}

  /// Of a hosts' gate. Nothing if it was refused.
  using Said = std::variant<std::monostate, Event, HostLogPart>;
  Said open(const Origin& origin, ByteView frame, const State& state, Now now);
  /// Of a gate in enrolment mode.
  std::optional<Event> open_enrolment(const Origin& origin, ByteView frame, Now now);

 private:
  Said open_record(const Origin& origin, const Host& host, const RecordMessage& message, Now now);

  const Verifier& verifier_;
  Refusals& refusals_;
};

}  // namespace mainstay::coordinator
