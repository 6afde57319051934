// What the package helper answers the executor. The helper is ours and runs as root too, but what
// it prints was read from packages: it is bounded, read strictly, and only ever shown or compared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/executor/core/evidence.h"
#include "common/core/result.h"

namespace mainstay::executor {

inline constexpr std::size_t kAptAnswerBytesMax = 1024UL * 1024;

struct AptAnswer {
  int exit = 0;
  std::string result;        // "ok", "drift", ...
  std::string detail;        // one line
  bool already = false;      // of verify and apply: dpkg holds the whole set
  bool interrupted = false;  // dpkg was
  struct Package {
    PackageVersion version;  // version empty: not installed
    std::string status;      // dpkg's word
  };
  std::vector<Package> packages;  // of verify
};

Result<AptAnswer> read_apt_answer(std::string_view text, std::string_view verb);

/// "drift: nginx 1.3 would be installed".
std::string complaint_of(const AptAnswer& answer);

/// Whether what is installed is what the leaf wants, package by package.
Finding finding_of(const AptAnswer& verify, const std::vector<PackageVersion>& wanted);

}  // namespace mainstay::executor
