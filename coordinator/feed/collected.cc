#include "coordinator/feed/collected.h"

#include <algorithm>
#include <utility>

namespace mainstay::coordinator {
namespace {

// Of blanks and line ends some are lost, so more than is shown.
constexpr std::size_t kTextBytesMax = 4 * kFeedTextBytesMax;

/// rpm's modules publish one fix for each stream, under one name: which of them a host follows,
/// its version does not say.
bool is_of_module(const Statement& statement) {
  return statement.fix == Fix::Published && statement.fixed.find(".module") != std::string::npos;
}

std::size_t bytes_of(const Vulnerability& vulnerability) {
  return sizeof(Vulnerability) + vulnerability.text.size() +
         vulnerability.statements.size() * (sizeof(Statement) + 32) +
         vulnerability.claims.size() * (sizeof(Claim) + 32);
}

}  // namespace

void Collected::add(Vulnerability vulnerability) {
  if (is_full()) return;
  if (vulnerability.text.size() > kTextBytesMax) {
    vulnerability.text = vulnerability.text.substr(0, kTextBytesMax);
  }
  for (Statement& statement : vulnerability.statements) {
    if (is_of_module(statement)) {
      statement.fix = Fix::Undetermined;
      leave_out("fixes of module streams: which one a host follows is not known");
    }
    if (!releases_.contains(statement.release)) releases_.insert(statement.release);
  }
  vulnerability.statements.shrink_to_fit();
  bytes_ += bytes_of(vulnerability);
  list_.push_back(std::move(vulnerability));
}

void Collected::leave_out(std::string_view why, std::size_t count) {
  const auto found = left_out_.find(why);
  if (found == left_out_.end()) {
    left_out_.emplace(why, count);
  } else {
    found->second += count;
  }
}

void Collected::dated(WallTime at) {
  at_ = std::max(at_, at);
}

}  // namespace mainstay::coordinator
