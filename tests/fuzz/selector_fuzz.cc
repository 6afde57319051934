// Any text is either refused with a column or understood; what is understood prints as a text that
// reads back as the same selector and gives the same answer.
#include <array>
#include <cstdint>

#include "common/core/check.h"
#include "common/core/utf8.h"
#include "common/select/selector.h"

namespace {

using namespace mainstay;

constexpr std::array<FactKind, 5> kFacts = {{{"patch.security", FactType::Integer},
                                             {"backup.age", FactType::TimeSpan},
                                             {"disk.free", FactType::ByteSize},
                                             {"os.release", FactType::Word},
                                             {"silent", FactType::Flag}}};

// The host's values hang on the length of the names, so that every truth turns up.
struct FuzzSubject : Subject {
  std::optional<std::string_view> label(std::string_view name) const override {
    if (name.size() % 2 == 0) return "web";
    return std::nullopt;
  }
  FactValue fact(std::size_t index) const override {
    return {.presence = static_cast<Presence>(index % 3),
            .number = static_cast<std::int64_t>(index),
            .word = "12"};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto selector = read_selector(text, kFacts);
  if (!selector.has_value()) {
    CHECK(selector.error().column >= 1);
    CHECK(selector.error().column <= kSelectorBytesMax + 1);
    CHECK(!selector.error().text.empty());
    for (const char c : selector.error().text) CHECK(!is_control(static_cast<unsigned char>(c)));
    return 0;
  }
  const auto again = read_selector(selector->to_text(), kFacts);
  CHECK(again.has_value());
  CHECK(again->to_text() == selector->to_text());
  CHECK(again->names() == selector->names());
  const FuzzSubject subject;
  const Truth truth = selector->evaluate(subject);
  CHECK(again->evaluate(subject) == truth);
  CHECK(selector->undecided_because(subject).empty() == (truth != Truth::Undecided));
  return 0;
}
