// What mends a vulnerability, kept for one answer: hosts that share a list are told the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/core/digest.h"
#include "coordinator/core/vulnerability/judge.h"

namespace mainstay::coordinator {

/// What mends one vulnerability on hosts that share a list of packages; without a remedy it is not
/// known.
struct Mend {
  std::string package = {};
  std::string version = {};
  std::string fixed = {};  // empty: nothing does
  std::optional<Remedy> remedy = {};
};

/// What was looked up already, for one answer: by the list and the vulnerability's number.
using Mends = std::map<std::pair<Digest, std::uint32_t>, Mend>;

}  // namespace mainstay::coordinator
