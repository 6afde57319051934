#include "common/plan/head_text.h"

namespace mainstay {

std::string text_of(const Budget& budget) {
  std::string per;
  for (const auto& label : budget.per) per += (per.empty() ? "" : ", ") + label;
  if (budget.per.size() != 1) per = "[" + per + "]";
  const bool is_healthy =
      budget.kind == Budget::Kind::MinHealthy || budget.kind == Budget::Kind::MinHealthyPercent;
  const bool is_percent = budget.kind == Budget::Kind::UnavailablePercent ||
                          budget.kind == Budget::Kind::MinHealthyPercent;
  return "{per: " + per + (is_healthy ? ", min_healthy: " : ", unavailable: ") +
         std::to_string(budget.amount) + (is_percent ? "%" : "") + "}";
}

std::string failure_limit_text(const Advance& advance, std::uint32_t host_count) {
  if (advance.failures_kind == Advance::Failures::Count) return "";
  const bool is_usual = advance.failures_kind == Advance::Failures::Usual;
  return (is_usual ? "1" : std::to_string(advance.failures)) + " % of " +
         std::to_string(host_count) + (is_usual ? ", at least 3, = " : " = ") +
         std::to_string(failure_limit(advance, host_count));
}

}  // namespace mainstay
