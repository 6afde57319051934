// Debian's security tracker, as published at https://security-tracker.debian.org/tracker/data/json:
//   {"openssl": {"CVE-2026-31337": {"description": "...", "releases": {"bookworm": {
//     "status": "resolved", "fixed_version": "3.0.15-1", "urgency": "medium"}}}}}
#include <algorithm>
#include <utility>

#include "coordinator/feed/json_events.h"
#include "coordinator/feed/readers.h"
#include "coordinator/feed/release_names.h"
#include "coordinator/feed/words.h"

namespace mainstay::coordinator {
namespace {

class TrackerListener final : public JsonListener {
 public:
  explicit TrackerListener(Collected& to) : to_(to) {}

  void on_value(JsonPath path, std::string_view value) override {
    if (path.size() == 3 && path[2] == "description") now_.text = value;
    if (path.size() != 5 || path[2] != "releases") return;
    if (path[4] == "status") status_ = value;
    if (path[4] == "fixed_version") fixed_ = value;
    if (path[4] == "urgency") now_.severity = std::max(now_.severity, severity_of(value));
  }

  void on_close(JsonPath path) override {
    if (path.size() == 4 && path[2] == "releases") finish_release(path);
    if (path.size() == 2) finish_vulnerability(path);
  }

  [[nodiscard]] bool wants_more() const override { return !to_.is_full(); }

 private:
  void finish_release(JsonPath path) {
    Statement statement{.release = release_of_codename(path[3]),
                        .package = path[0],
                        .fix = fix(),
                        .introduced = {},
                        .fixed = {}};
    if (statement.fix == Fix::Published) statement.fixed = std::move(fixed_);
    status_.clear();
    fixed_.clear();
    if (statement.release.empty()) {
      to_.leave_out("statements about Debian releases that have no number yet, such as sid");
    } else {
      now_.statements.push_back(std::move(statement));
    }
  }

  /// An urgency of "end-of-life", or no advisory planned, changes nothing: it is open, and nothing
  /// mends it yet. "Unimportant" is the security team's judgement, and shows as the severity.
  [[nodiscard]] Fix fix() const {
    if (status_ == "open") return Fix::None;
    if (status_ != "resolved" || fixed_.empty()) return Fix::Undetermined;
    return fixed_ == "0" ? Fix::NotAffected : Fix::Published;
  }

  void finish_vulnerability(JsonPath path) {
    now_.id = path[1];
    if (is_vulnerability_id(now_.id)) {
      to_.add(std::move(now_));
    } else {
      to_.leave_out("vulnerabilities without a CVE id");
    }
    now_ = {};
  }

  Collected& to_;
  Vulnerability now_;
  std::string status_;
  std::string fixed_;
};

}  // namespace

Status read_tracker(std::string_view text, Collected& to) {
  TrackerListener listener(to);
  return read_json(text, listener);
}

}  // namespace mainstay::coordinator
