#include "coordinator/feed/cvss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

namespace mainstay::coordinator {

namespace {

/// Of a metric its letters, and the weight of each.
struct Metric {
  std::string_view name;
  std::string_view letters;
  std::array<double, 4> weights;
};
constexpr std::array kMetrics = {
    Metric{.name = "AV", .letters = "NALP", .weights = {0.85, 0.62, 0.55, 0.2}},
    Metric{.name = "AC", .letters = "LH", .weights = {0.77, 0.44}},
    Metric{.name = "PR", .letters = "NLH", .weights = {0.85, 0.62, 0.27}},
    Metric{.name = "UI", .letters = "NR", .weights = {0.85, 0.62}},
    Metric{.name = "S", .letters = "UC", .weights = {0, 1}},
    Metric{.name = "C", .letters = "HLN", .weights = {0.56, 0.22, 0}},
    Metric{.name = "I", .letters = "HLN", .weights = {0.56, 0.22, 0}},
    Metric{.name = "A", .letters = "HLN", .weights = {0.56, 0.22, 0}}};
// Where the scope changes, what privileges are needed weighs less.
constexpr Metric kPrivilegesOfChangedScope = {
    .name = "PR", .letters = "NLH", .weights = {0.85, 0.68, 0.5}};

using Letters = std::map<std::string_view, char>;

std::optional<Letters> metric_letters(std::string_view vector) {
  if (!vector.starts_with("CVSS:3.0/") && !vector.starts_with("CVSS:3.1/")) return std::nullopt;
  Letters letters;
  for (vector.remove_prefix(std::string_view("CVSS:3.1/").size()); !vector.empty();) {
    const std::string_view part = vector.substr(0, vector.find('/'));
    vector.remove_prefix(std::min(vector.size(), part.size() + 1));
    const std::size_t colon = part.find(':');
    if (colon == part.npos || part.size() != colon + 2) return std::nullopt;
    if (!letters.emplace(part.substr(0, colon), part.back()).second) return std::nullopt;
  }
  return letters;
}

std::optional<double> weight_of(const Letters& letters, const Metric& metric) {
  const auto letter = letters.find(metric.name);
  if (letter == letters.end()) return std::nullopt;
  const std::size_t place = metric.letters.find(letter->second);
  if (place == metric.letters.npos) return std::nullopt;
  return metric.weights[place];
}

/// Upwards to one digit, whatever the last bits of a product are.
double rounded_up(double score) {
  const auto hundred_thousandths = std::llround(score * 100'000);
  if (hundred_thousandths % 10'000 == 0) return static_cast<double>(hundred_thousandths) / 100'000;
  return (std::floor(static_cast<double>(hundred_thousandths) / 10'000) + 1) / 10;
}

double base_score(const std::map<std::string_view, double>& weights) {
  const bool is_changed = weights.at("S") > 0;
  const double untouched = (1 - weights.at("C")) * (1 - weights.at("I")) * (1 - weights.at("A"));
  const double harm = 1 - untouched;
  const double impact =
      is_changed ? 7.52 * (harm - 0.029) - 3.25 * std::pow(harm - 0.02, 15) : 6.42 * harm;
  if (impact <= 0) return 0;
  const double ease =
      8.22 * weights.at("AV") * weights.at("AC") * weights.at("PR") * weights.at("UI");
  return rounded_up(std::min((is_changed ? 1.08 : 1.0) * (impact + ease), 10.0));
}

}  // namespace

Severity severity_of_cvss(std::string_view vector) {
  const auto letters = metric_letters(vector);
  if (!letters) return Severity::Unknown;
  std::map<std::string_view, double> weights;
  for (const Metric& metric : kMetrics) {
    const auto weight = weight_of(*letters, metric);
    if (!weight) return Severity::Unknown;
    weights[metric.name] = *weight;
  }
  if (weights.at("S") > 0) weights["PR"] = *weight_of(*letters, kPrivilegesOfChangedScope);
  const double score = base_score(weights);
  if (score >= 9.0) return Severity::Critical;
  if (score >= 7.0) return Severity::High;
  if (score >= 4.0) return Severity::Medium;
  return score > 0 ? Severity::Low : Severity::Unknown;
}

}  // namespace mainstay::coordinator
