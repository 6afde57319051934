// What `needrestart -b` prints, as values. A second opinion: it reads the same /proc by other
// rules, and looks at interpreters and microcode, which we do not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent {

struct Needrestart {
  // As needrestart numbers them; unknown must never be taken for fine.
  enum class State { Unknown = 0, Current = 1, AbiCompatible = 2, Newer = 3 };
  State kernel = State::Unknown;  // of the kernel that is installed, against the running one
  std::string kernel_expected;
  bool is_microcode_pending = false;
  std::vector<std::string> services;  // ascending
};

inline constexpr std::size_t kNeedrestartBytesMax = 256UL * 1024;

/// Malformed if its first line is not there, or a line of a kind that is known is not as it should.
Result<Needrestart> read_needrestart(std::string_view text);

}  // namespace mainstay::agent
