// What restic prints, from 0.14 on. It ends by 0 with a snapshot that it could not read, and by 0
// after a check that read no pack at all.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "agent/collect/backup/text/check_text.h"
#include "common/core/time.h"

namespace mainstay::agent::backup {

inline constexpr std::size_t kResticListBytesMax = 16UL * 1024 * 1024;
inline constexpr std::size_t kResticIndexBytesMax = 64UL * 1024 * 1024;

struct ResticSnapshot {
  std::string id;  // 64 hexadecimal digits
  std::string hostname;
  std::vector<std::string> paths;
  WallTime at{};                      // when it began
  std::optional<std::int64_t> bytes;  // from 0.17 on
};
/// Of `snapshots --json`.
Result<std::vector<ResticSnapshot>> read_restic_snapshots(std::string_view text);

/// Of `stats --json SNAPSHOT`: bytes that a restore would write.
Result<std::int64_t> read_restic_stats(std::string_view text);

/// One id a line, of `list locks` or `list index`; Malformed for anything else.
Result<std::vector<std::string>> read_restic_ids(std::string_view text);

struct ResticLock {
  WallTime at{};  // restic makes a new one each five minutes while it lives
  std::string hostname;
  std::int64_t pid = 0;
};
/// Of `cat lock ID`.
Result<ResticLock> read_restic_lock(std::string_view text);

/// Packs and their bytes by the first byte of the pack's id, which is how `--read-data-subset=n/t`
/// divides them: pack p belongs to part (p[0] mod t) + 1. Measured with 0.14.
struct ResticPacks {
  std::array<std::int64_t, 256> count{};
  std::array<std::int64_t, 256> bytes{};
};
/// Adds what one `cat index ID` tells.
Status add_restic_index(std::string_view text, ResticPacks& packs);

/// Of `check --read-data-subset=n/t`.
CheckSaid read_restic_check(const ToolWords& words);

}  // namespace mainstay::agent::backup
