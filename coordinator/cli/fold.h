// Equal answers of many hosts as one: the most frequent first. Texts are expected to be escaped.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mainstay::cli {

class Fold {
 public:
  void add(const std::string& host, const std::string& answer) { hosts_[answer].push_back(host); }
  /// "398 hosts: web-1, web-2, web-3, ..." and the answer, indented.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;

 private:
  using Group = std::pair<const std::string, std::vector<std::string>>;
  [[nodiscard]] std::vector<const Group*> ordered() const;
  std::map<std::string, std::vector<std::string>> hosts_;  // by answer
};

}  // namespace mainstay::cli
