// What was last proved of a set: by its tool's check, or by a restore. Kept between looks, and
// bound to the set's tool and place, so that a set that moved starts anew.
#pragma once

#include <optional>
#include <string>

#include "agent/collect/backup/text/check_text.h"
#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent::backup {

enum class RecordKind { Check, Proof };

struct CheckRecord {
  WallTime at{};
  bool is_good = false;
  std::string how = {};     // "verify", "checksums"
  std::string reason = {};  // why not good
  std::int64_t read_bytes = 0;
  std::int64_t total_bytes = 0;
  // Of a repository that is read part by part, in rounds.
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
  WallTime round_at{};  // when the part of this round that was read first was read
  std::int64_t round_bytes = 0;
  WallTime whole_at{};  // since when everything has been read again; 1970: never
};

/// What one check came to.
struct CheckOutcome {
  CheckSaid said = {};
  std::string how = {};
  std::int64_t read_bytes = 0;
  std::int64_t total_bytes = 0;
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
  bool ends_round = true;  // no part behind this one has data
};

/// Of an outcome that proves or refutes. Damage found in a part is not forgotten by reading
/// another: the next check reads the same part again, and the round goes on only when it is good.
CheckRecord record_after(const std::optional<CheckRecord>& before, const CheckOutcome& outcome,
                         WallTime now);

struct RecordPlace {
  std::string folder;  // empty: nothing is kept
  std::string set;
  std::string where;  // BackupSet::where()
};
/// Nothing if there is none, or if it is of another place. Corrupt if it is not to be believed.
Result<std::optional<CheckRecord>> read_record(const RecordPlace& place, RecordKind kind,
                                               WallTime now);
Status write_record(const RecordPlace& place, RecordKind kind, const CheckRecord& record);

}  // namespace mainstay::agent::backup
