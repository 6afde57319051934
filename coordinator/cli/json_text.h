// JSON that the command makes of its own: what acts did, in fields, and views of several pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/result.h"

namespace mainstay::cli {

/// nullptr: it is known that there is none.
using ActValue = std::variant<std::int64_t, bool, std::string, std::vector<std::string>,
                              std::map<std::string, std::string>, std::nullptr_t>;
/// Named as the views name the same thing; README.md has those of every act.
using ActFields = std::vector<std::pair<std::string, ActValue>>;
/// {"verdict": "done", "text": ..., and the fields}: a script must not read prose.
std::string act_json(std::string_view text, const ActFields& fields);
/// The last of the pages, with the items of `list` of all of them. At least one page.
Result<std::string> joined_json(const std::vector<Bytes>& pages, const std::string& list);

}  // namespace mainstay::cli
