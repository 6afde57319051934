// What Borg prints, 1.2 and 1.4. Its times have no zone: the caller starts it with TZ=UTC0, so that
// they are UTC and no hour of a clock change is told twice.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/backup/text/check_text.h"
#include "common/core/time.h"

namespace mainstay::agent::backup {

inline constexpr std::size_t kBorgJsonBytesMax = 16UL * 1024 * 1024;

struct BorgArchive {
  std::string name;
  std::string id;  // 64 hexadecimal digits
  std::string hostname;
  WallTime at{};  // when it began
};
/// Of `list --json --format '{hostname}'`, in its order.
Result<std::vector<BorgArchive>> read_borg_archives(std::string_view text);

/// Of `info --json REPOSITORY::ARCHIVE`: bytes that a restore would write.
Result<std::int64_t> read_borg_size(std::string_view text);

/// Of `info --json REPOSITORY`: bytes of all chunks as they are stored, each once.
Result<std::int64_t> read_borg_stored(std::string_view text);

struct BorgLock {
  std::string hostname;
  std::int64_t pid = 0;
};
/// Of a file's name in lock.exclusive: HOST@NUMBER.PID-THREAD.
Result<BorgLock> read_borg_lock(std::string_view name);

/// Of `check --verify-data`, which reads and decrypts every chunk, or `check --repository-only`,
/// which compares checksums of the storage. Borg says all of it on stderr.
enum class BorgCheck { VerifyData, ChecksumsOnly };
CheckSaid read_borg_check(const ToolWords& words, BorgCheck check);

}  // namespace mainstay::agent::backup
