#include <algorithm>

#include "agent/core/machine.h"
#include "common/core/digest.h"

namespace mainstay::agent {
namespace {

/// Full jitter. Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
Duration pause_after(Turn& turn, std::uint32_t sends) {
  const std::int64_t most = turn.limits.resend_delay_max.count();
  std::int64_t ceiling = turn.limits.resend_delay_base.count();
  for (std::uint32_t i = 1; i < sends && ceiling < most; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, most);
  return turn.limits.resend_delay_min +
         Duration(static_cast<std::int64_t>(turn.rng.below(static_cast<std::uint64_t>(ceiling))));
}

void send_entry(Turn& turn, SpoolEntry& entry) {
  entry.sends += 1;
  entry.send_at = turn.now.mono + pause_after(turn, entry.sends);
  send(turn, RecordMessage{entry.record});
}

}  // namespace

void keep_record(Turn& turn, const RecordMessage& message) {
  auto& spool = turn.state.spool;
  if (message.record.empty() || message.record.size() > turn.limits.record_bytes_max) {
    turn.state.counts.records_deferred += 1;
    return;
  }
  const Digest digest = sha256(message.record);
  if (spool.contains(digest)) return;  // the executor resends whenever it is asked
  if (spool.size() == turn.limits.records_max) {
    turn.state.counts.records_deferred += 1;
    return;
  }
  SpoolEntry& entry = spool[digest];
  entry = {.record = message.record, .sends = 0, .send_at = turn.now.mono};
  if (heard(turn)) send_entry(turn, entry);
  // The attempt ended: health counts only if it was seen after that.
  want_look(turn);
}

void resend_all(Turn& turn) {
  if (!heard(turn)) return;
  for (auto& [digest, entry] : turn.state.spool) {
    entry.sends = 0;  // a new connection: begin the pauses anew
    send_entry(turn, entry);
  }
}

void run_spool(Turn& turn) {
  if (!heard(turn)) return;
  for (auto& [digest, entry] : turn.state.spool) {
    if (turn.now.mono >= entry.send_at) send_entry(turn, entry);
  }
}

}  // namespace mainstay::agent
