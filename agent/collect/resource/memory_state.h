// Memory and swap: /proc/meminfo.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::agent {

struct MemoryState {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;  // without swapping; the kernel's own estimate since 3.14
  std::uint64_t swap_total_bytes = 0;
  std::uint64_t swap_free_bytes = 0;

  std::uint64_t swap_used_bytes() const { return swap_total_bytes - swap_free_bytes; }
};

/// Malformed for a text without total or available, or with more available than there is.
Result<MemoryState> read_memory(std::string_view meminfo);

}  // namespace mainstay::agent
