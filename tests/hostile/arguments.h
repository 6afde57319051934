// Words of the command line as `--name value` pairs, and how a test program gives up: at once, with
// a line on standard error and exit code 2, since a test that goes on half made claims nothing.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::hostile {

[[noreturn]] inline void give_up(const std::string& why) {
  std::fprintf(stderr, "hostile: %s\n", why.c_str());
  std::exit(2);
}

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().detail);
  return *std::move(result);
}
inline void must(const Status& status) {
  if (!status) give_up(status.error().detail);
}

/// One line of what was seen, for the script that makes claims of it.
inline void say(std::string_view name, std::string_view what) {
  std::printf("%.*s: %.*s\n", static_cast<int>(name.size()), name.data(),
              static_cast<int>(what.size()), what.data());
  std::fflush(stdout);
}

class Arguments {
 public:
  Arguments(int count, char** words) {
    for (int i = 0; i + 1 < count; i += 2) {
      const std::string_view name = words[i];
      if (!name.starts_with("--")) give_up("expected --name value, not " + std::string(name));
      values_[std::string(name.substr(2))] = words[i + 1];
    }
    if (count % 2 != 0) give_up("a value is missing");
  }
  [[nodiscard]] std::optional<std::string> maybe(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    const auto found = maybe(name);
    if (!found) give_up("--" + name + " is missing");
    return *found;
  }
  [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t otherwise) const {
    const auto found = maybe(name);
    return found ? std::strtoull(found->c_str(), nullptr, 10) : otherwise;
  }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace mainstay::hostile
