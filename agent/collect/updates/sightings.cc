#include "agent/collect/updates/sightings.h"

#include <filesystem>
#include <utility>

#include "common/loop/files.h"

namespace mainstay::agent {

Sightings::Sightings(const std::string& folder, SourceReport& report)
    : path_(folder.empty() ? folder : folder + "/first_seen") {
  std::error_code error;
  if (path_.empty() || !std::filesystem::exists(path_, error)) return;
  const auto bytes = loop::read_file(path_, kFirstSeenBytesMax);
  if (bytes.has_value()) before_ = as_text(*bytes);
  auto table = bytes.has_value() ? FirstSeen::parse(before_)
                                 : Result<FirstSeen>(std::unexpected(bytes.error()));
  if (table.has_value()) {
    table_ = std::move(*table);
  } else {
    not_proved(report, "first seen", table.error().detail + "; ages count from now");
  }
}

void Sightings::save(SourceReport& report) const {
  const std::string text = table_.text();
  if (path_.empty() || text == before_) return;  // nothing to wear the disk for
  const Status written = loop::write_file_durably(path_, as_bytes(text), 0600);
  if (!written.has_value()) not_proved(report, "first seen", written.error().detail);
}

void not_proved(SourceReport& report, const std::string& subject, std::string why) {
  report.findings.push_back({.topic = Topic::Patch,
                             .subject = subject,
                             .text = std::move(why),
                             .at = report.at,
                             .readings = {}});
}

}  // namespace mainstay::agent
