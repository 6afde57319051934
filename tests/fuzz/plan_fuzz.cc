// Any document is either refused with a place in it or a plan that every other reader takes too:
// its selectors read, its head travels, and written as a document again it is the same plan.
#include <charconv>
#include <cstdint>
#include <string>

#include "common/core/check.h"
#include "common/document/plan_document.h"
#include "common/select/fleet_facts.h"
#include "common/select/selector.h"
#include "common/wire/decode.h"
#include "coordinator/cli/picture.h"

namespace {

using namespace mainstay;

constexpr WallTime kNow = wall_from_ms(1'700'000'000'000);
constexpr std::string_view kFile = "plan.yaml";

// Takes "NUMBER:" off the front.
std::size_t take_number(std::string_view& rest) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  CHECK(error == std::errc());
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  CHECK(rest.starts_with(':'));
  rest.remove_prefix(1);
  return number;
}

void expect_place(std::string_view complaint, std::string_view text) {
  CHECK(complaint.starts_with(kFile));
  complaint.remove_prefix(kFile.size());
  CHECK(complaint.starts_with(':'));
  complaint.remove_prefix(1);
  const std::size_t line = take_number(complaint);
  const std::size_t column = take_number(complaint);
  CHECK(line >= 1 && line <= text.size() + 1);
  // The parser counts a byte that is no UTF-8 as the three of the character it takes for it.
  CHECK(column >= 1 && column <= 3 * text.size() + 2);
  CHECK(complaint.size() > 1);
}

void expect_good(const PlanHead& head) {
  CHECK(read_selector(head.targets, kFleetFacts).has_value());
  for (const WaveSpec& wave : head.order.waves) {
    if (wave.kind == WaveSpec::Kind::Selected) {
      CHECK(read_selector(wave.selector, kFleetFacts).has_value());
    }
  }
  const Bytes bytes = encode(head);
  CHECK(bytes.size() <= kHeadBytesMax);
  const auto travelled = decode<PlanHead>(bytes);
  CHECK(travelled.has_value());
  CHECK(encode(*travelled) == bytes);
  auto again =
      document::read_plan(cli::plan_yaml(head, head.header.not_after - kNow), "again.yaml", kNow);
  CHECK(again.has_value());
  // The document is another one, and how long it may be started is said anew.
  again->source_digest = head.source_digest;
  again->header = head.header;
  CHECK(encode(*again) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto head = document::read_plan(text, std::string(kFile), kNow);
  if (!head.has_value()) {
    CHECK(head.error().fault == Fault::Malformed);
    expect_place(head.error().detail, text);
    return 0;
  }
  expect_good(*head);
  return 0;
}
