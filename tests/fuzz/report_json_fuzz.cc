// Whatever mainstay-collect prints is refused, or becomes a report within its bounds that reads the
// same when it is written again.
#include <algorithm>
#include <cstdint>

#include "agent/collect/report/report_json.h"
#include "common/core/check.h"
#include "common/core/utf8.h"

namespace {

using namespace mainstay;

bool is_harmless(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    if (!character.valid || is_control(character.code)) return false;
    text.remove_prefix(character.length);
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = agent::read_report({reinterpret_cast<const char*>(data), size});
  if (!report.has_value()) {
    CHECK(report.error().fault == Fault::Malformed);
    return 0;
  }
  CHECK(report->facts.size() <= kFactCount);
  CHECK(report->findings.size() <= kFindingsMax);
  std::size_t bytes = 0;
  for (const Finding& finding : report->findings) {
    CHECK(finding.subject.size() <= kSubjectBytesMax);
    CHECK(finding.text.size() <= kFindingTextBytesMax);
    CHECK(finding.readings.size() <= kReadingsMax);
    CHECK(is_harmless(finding.subject));
    CHECK(is_harmless(finding.text));
    bytes += bytes_of(finding);
  }
  CHECK(bytes <= kFindingsBytesMax);
  const std::string written = agent::write_report(*report);
  CHECK(written.size() <= kReportJsonBytesMax);
  const auto again = agent::read_report(written);
  CHECK(again.has_value());
  CHECK(agent::write_report(*again) == written);
  return 0;
}
