// JSON that the command makes of its own: what acts did, in fields, and views of several pages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/result.h"

namespace mainstay::cli {

using ActField = std::pair<std::string, std::variant<std::int64_t, std::string>>;
/// {"verdict": "done", "text": ..., and the fields}: a script must not read prose.
std::string act_json(std::string_view text, const std::vector<ActField>& fields);
/// The last of the pages, with the items of `list` of all of them. At least one page.
Result<std::string> joined_json(const std::vector<Bytes>& pages, const std::string& list);

}  // namespace mainstay::cli
