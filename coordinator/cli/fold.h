// Equal answers of many hosts as one: the most frequent first. Texts are expected to be escaped.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "coordinator/cli/answer.h"

namespace mainstay::cli {

/// What one host answered to a command.
struct HostAnswer {
  std::string state;   // "succeeded", "failed", ...
  std::string reason;  // of any other than succeeded
  std::string output;
  auto operator<=>(const HostAnswer&) const = default;
};

/// What speaks against a log that came: not what was signed, or only a part; empty if nothing does.
std::string doubt_of(const Answer& log);

class Fold {
 public:
  void add(const std::string& host, HostAnswer answer) {
    hosts_[std::move(answer)].push_back(host);
  }
  /// "398 hosts: web-1, web-2, web-3, ..." and the answer, indented.
  [[nodiscard]] std::string text() const;
  /// {"rollout", "plan", "answers": [{"hosts", "state", "reason", "output"}], "totals": {...},
  ///  "out": [{"host", "reason"}]}; `out` is who was meant and left out.
  [[nodiscard]] std::string json(const Answer& rollout, const std::vector<Answer>& out) const;

 private:
  using Group = std::pair<const HostAnswer, std::vector<std::string>>;
  [[nodiscard]] std::vector<const Group*> ordered() const;
  std::map<HostAnswer, std::vector<std::string>> hosts_;
};

}  // namespace mainstay::cli
