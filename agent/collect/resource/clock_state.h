// Whether somebody keeps this host's clock right, as the kernel was told by whoever does it
// (chrony, systemd-timesyncd, ntpd, PTP, a hypervisor's tools). Reading it needs no rights.
#pragma once

#include <cstdint>

namespace mainstay::agent {

enum class ClockState : std::uint8_t { NotKnown, Synchronised, NotSynchronised };

struct ClockReading {
  ClockState state = ClockState::NotKnown;
  std::int64_t error_max_us = 0;  // grows by 500 us a second until somebody sets it right again
};

ClockReading read_clock();

}  // namespace mainstay::agent
