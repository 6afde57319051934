#include "coordinator/feed/osv_record.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "common/core/sort_unique.h"
#include "coordinator/feed/cvss.h"
#include "coordinator/feed/release_names.h"
#include "coordinator/feed/words.h"

namespace mainstay::coordinator {
namespace {

// The largest advisories, of kernels, name some 800.
constexpr std::size_t kIdsMax = 4096;
// Events and what they became, before those that are alike are joined, of which kStatementsMax can
// be kept. Ten bytes of the file become some two hundred here: an Event and a Statement.
constexpr std::size_t kSayingsMax = 16 * kStatementsMax;
// Red Hat's summaries begin with "Important: ".
constexpr std::size_t kSeverityWordMax = 12;

bool is_at(JsonPath path, std::initializer_list<std::string_view> names) {
  return std::ranges::equal(path, names);
}

}  // namespace

void OsvRecord::take_id(std::string_view text, std::vector<std::string>& ids) {
  const std::string_view id = id_in(text);
  if (!id.empty() && ids.size() <= kIdsMax) ids.emplace_back(id);
}

bool OsvRecord::is_too_much() const {
  const std::size_t sayings = made_.statements.size() + statements_.size() + events_.size();
  return ids_.size() > kIdsMax || related_.size() > kIdsMax || sayings > kSayingsMax;
}

void OsvRecord::on_value(JsonPath path, std::string_view value, Collected& to) {
  if (path.empty()) return;
  const std::string& field = path[0];
  if (field == "affected") return take_affected(path, value);
  if (is_at(path, {"id"})) {
    take_id(value, ids_);
    is_advisory_ = id_in(value).empty();
  }
  if (is_at(path, {"published"})) published_ = time_of(value).value_or(WallTime{});
  if (is_at(path, {"aliases", ""}) || is_at(path, {"upstream", ""})) take_id(value, ids_);
  if (is_at(path, {"related", ""})) take_id(value, related_);
  if (is_at(path, {"summary"})) made_.text = value;
  if (is_at(path, {"details"})) details_ = value;
  if (is_at(path, {"withdrawn"})) withdrawn_ = value != "null";
  const bool is_word =
      is_at(path, {"database_specific", "severity"}) || is_at(path, {"severity", "", "score"});
  if (is_word) {
    made_.severity = std::max({made_.severity, severity_of(value), severity_of_cvss(value)});
  }
  if (is_at(path, {"modified"})) {
    if (const auto at = time_of(value)) to.dated(*at);
  }
}

void OsvRecord::take_affected(JsonPath path, std::string_view value) {
  if (path.size() < 4) return;
  const std::string& field = path[2];
  const std::string& last = path.back();
  if (field == "package" && path.size() == 4) {
    if (last == "ecosystem") ecosystem_ = value;
    if (last == "name") package_ = value;
  }
  if (field == "ranges" && path.size() == 5 && last == "type") range_type_ = value;
  if (field == "ranges" && path.size() == 7 && path[4] == "events") {
    events_.push_back({.kind = last, .version = std::string(value)});
  }
  const bool is_word = last == "urgency" || last == "ubuntu_priority" || last == "severity";
  const bool is_specific = field == "ecosystem_specific" || field == "database_specific";
  if (is_specific && is_word && path.size() == 4) {
    made_.severity = std::max(made_.severity, severity_of(value));
  }
}

void OsvRecord::on_close(JsonPath path, Collected& to) {
  if (path.size() == 4 && path[0] == "affected" && path[2] == "ranges") finish_range();
  if (path.size() == 2 && path[0] == "affected") finish_affected(to);
}

void OsvRecord::add_statement(Fix fix, std::string introduced, std::string fixed) {
  if (introduced == "0") introduced.clear();
  statements_.push_back({.release = {},
                         .package = {},
                         .fix = fix,
                         .introduced = std::move(introduced),
                         .fixed = std::move(fixed)});
}

/// Events are ordered by their versions. "The last that has it" does not say which one is the
/// first without: between them nothing is known, and nothing either in a range without events.
void OsvRecord::finish_range() {
  const bool counts = range_type_.empty() || range_type_ == "ECOSYSTEM";
  const std::size_t before = statements_.size();
  std::optional<std::string> open;
  for (Event& event : events_) {
    if (!counts) break;
    if (event.kind == "introduced") {
      if (open) add_statement(Fix::None, std::move(*open), {});
      open = std::move(event.version);
    } else if (event.kind == "fixed") {
      add_statement(Fix::Published, open ? std::move(*open) : std::string(),
                    std::move(event.version));
      open.reset();
    } else if (event.kind == "last_affected") {
      add_statement(Fix::Undetermined, {}, {});
      open.reset();
    }
  }
  if (counts && open) add_statement(Fix::None, std::move(*open), {});
  if (counts && statements_.size() == before) add_statement(Fix::Undetermined, {}, {});
  events_.clear();
  range_type_.clear();
}

void OsvRecord::finish_affected(Collected& to) {
  // Versions one by one say which have it, and nothing of those that were made later. And who names
  // a package and no version at all has not said that none has it.
  if (statements_.empty()) add_statement(Fix::Undetermined, {}, {});
  const std::string release = release_of_ecosystem(ecosystem_);
  if (release.empty()) {
    to.leave_out("packages of other ecosystems than hosts are made of here");
  } else {
    for (Statement& statement : statements_) {
      statement.release = release;
      statement.package = package_;
      made_.statements.push_back(std::move(statement));
    }
  }
  statements_.clear();
  ecosystem_.clear();
  package_.clear();
}

void OsvRecord::finish(Collected& to) {
  if (withdrawn_) return to.leave_out("records that were withdrawn");
  if (made_.text.empty()) made_.text = std::move(details_);
  if (made_.severity == Severity::Unknown) {
    const std::size_t colon = made_.text.substr(0, kSeverityWordMax).find(':');
    if (colon != std::string::npos) made_.severity = severity_of(made_.text.substr(0, colon));
  }
  for (Statement& statement : made_.statements) {
    if (is_advisory_ && statement.fix == Fix::Published) statement.published = published_;
  }
  std::vector<std::string>& ids = ids_.empty() ? related_ : ids_;
  if (ids.empty()) to.leave_out("vulnerabilities without a CVE id");
  sort_unique(ids);
  for (const std::string& id : ids) {
    if (to.is_full()) return;
    Vulnerability one = made_;
    one.id = id;
    to.add(std::move(one));
  }
}

}  // namespace mainstay::coordinator
