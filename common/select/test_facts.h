// The facts and the host that the tests of this folder share; for tests only.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>

#include "common/select/selector.h"

namespace mainstay {

inline constexpr std::array<FactKind, 7> kTestFacts = {{
    {"patch.security", FactType::Integer},
    {"disk.free_percent", FactType::Integer},
    {"backup.age", FactType::TimeSpan},
    {"disk.free", FactType::ByteSize},
    {"os.release", FactType::Word},
    {"silent", FactType::Flag},
    {"live", FactType::Flag},
}};

struct TestSubject : Subject {
  std::map<std::string, std::string, std::less<>> labels;
  std::array<FactValue, kTestFacts.size()> facts = {};

  std::optional<std::string_view> label(std::string_view name) const override {
    const auto found = labels.find(name);
    if (found == labels.end()) return std::nullopt;
    return found->second;
  }
  FactValue fact(std::size_t index) const override { return facts[index]; }
};

}  // namespace mainstay
