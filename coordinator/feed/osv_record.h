// One record of OSV (https://ossf.github.io/osv-schema/) in the making, of which only this is read:
//   {"id": "DEBIAN-CVE-2026-31337", "upstream": ["CVE-2026-31337"], "modified": "2026-...",
//    "published": "2026-...",
//    "affected": [{"package": {"ecosystem": "Debian:12", "name": "openssl"},
//                  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed":
//                  "3"}]}]}]}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coordinator/feed/collected.h"
#include "coordinator/feed/json_events.h"

namespace mainstay::coordinator {

class OsvRecord {
 public:
  /// The way begins inside of the record.
  void on_value(JsonPath path, std::string_view value, Collected& to);
  void on_close(JsonPath path, Collected& to);
  /// As many vulnerabilities as it has CVE ids, each with all that is affected.
  void finish(Collected& to);
  /// Then no more of it must be read, nor may it be finished: hosts would look safe by what is
  /// missing.
  [[nodiscard]] bool is_too_much() const;

 private:
  struct Event {
    std::string kind;
    std::string version;
  };

  void take_id(std::string_view text, std::vector<std::string>& ids);
  void take_affected(JsonPath path, std::string_view value);
  void finish_range();
  void finish_affected(Collected& to);
  void add_statement(Fix fix, std::string introduced, std::string fixed);

  Vulnerability made_;
  std::vector<std::string> ids_;      // its own, or what it is another name of
  std::vector<std::string> related_;  // counts where there is no other
  std::string details_;
  bool withdrawn_ = false;
  // Of an advisory when its fixes were published; a record that is named after a vulnerability says
  // when that was.
  WallTime published_{};
  bool is_advisory_ = false;
  // Of the entry of `affected` that is being read.
  std::string ecosystem_;
  std::string package_;
  std::string range_type_;
  std::vector<Event> events_;
  std::vector<Statement> statements_;
};

}  // namespace mainstay::coordinator
