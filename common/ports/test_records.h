// Records in memory, for tests of what a start reads back.
#pragma once

#include <map>
#include <utility>

#include "common/ports/store.h"

namespace mainstay {

struct TestRecords : Records {
  std::map<std::pair<Axis, std::string>, Bytes> rows;

  [[nodiscard]] Result<std::optional<Bytes>> get(Axis axis, std::string_view key) const override {
    const auto found = rows.find({axis, std::string(key)});
    return found == rows.end() ? std::nullopt : std::optional(found->second);
  }
  Status for_each(Axis axis, std::string_view prefix, const Visit& visit) const override {
    for (const auto& [place, value] : rows) {
      if (place.first != axis || !place.second.starts_with(prefix)) continue;
      TRY_STATUS(visit(place.second, value));
    }
    return {};
  }
};

}  // namespace mainstay
