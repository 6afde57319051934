#include "agent/collect/resource/clock_state.h"

#include <sys/timex.h>

namespace mainstay::agent {

ClockReading read_clock() {
  timex asked{};  // no modes: nothing is set
  const int state = ::adjtimex(&asked);
  if (state < 0) return {};  // a sandbox without this call
  const bool is_off = state == TIME_ERROR || (asked.status & STA_UNSYNC) != 0;
  return {.state = is_off ? ClockState::NotSynchronised : ClockState::Synchronised,
          .error_max_us = asked.maxerror};
}

}  // namespace mainstay::agent
