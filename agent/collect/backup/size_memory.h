// Sizes of the two newest backups of a set, by the tool's own ids. Asking for a size can mean a
// walk through all names in a backup, so it is done once a backup, not once a look.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent::backup {

struct BackupSizes {
  std::optional<std::int64_t> newest;
  std::optional<std::int64_t> before;
};

struct BackupIds {
  std::string newest;
  std::string before;  // empty: there is none
};

using AskSize = std::function<Result<std::int64_t>(const std::string& id)>;

/// What is remembered in `folder` (empty: nothing is) is not asked for again. A size that cannot be
/// told is left out.
BackupSizes sizes_of(const std::string& folder, const std::string& set, const BackupIds& ids,
                     const AskSize& ask);

struct ToldSize {
  std::string id;
  std::int64_t bytes = 0;
};
/// For a tool that tells of its newest backup only: the size of the one it told of before this one.
std::optional<std::int64_t> size_before(const std::string& folder, const std::string& set,
                                        const ToldSize& newest);

}  // namespace mainstay::agent::backup
