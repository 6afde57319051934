#include "coordinator/core/turn.h"

#include <gtest/gtest.h>

namespace mainstay::coordinator {
namespace {

/// A host may fill its history with the longest of reasons; a commit of many such rows would be
/// refused, and the coordinator would end.
TEST(TurnTest, IsFullByBytesAsWellAsByKeys) {
  State state;
  const Limits limits;
  Rng rng(1);
  Turn turn(state, limits, Now{}, rng);
  TargetRow row;
  row.history.resize(limits.history_max);
  for (auto& entry : row.history) entry.reason = std::string(limits.reason_bytes_max, 'r');
  std::uint32_t rows = 0;
  for (; rows < limits.step_keys_soft && !turn.is_full(); ++rows) {
    row.host = *HostId::parse("host-" + std::to_string(rows));
    turn.touch(row);
    turn.touch(row);  // written once, and so weighed once
  }
  EXPECT_GE(rows, 5U);
  EXPECT_LE(rows, 8U);
}

}  // namespace
}  // namespace mainstay::coordinator
