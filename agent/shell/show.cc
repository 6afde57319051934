#include "agent/shell/show.h"

#include <cerrno>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "agent/collect/history/recorder.h"
#include "agent/collect/history/service_figures.h"
#include "agent/shell/status.h"
#include "common/core/escape.h"
#include "common/core/span_text.h"
#include "common/core/text_table.h"

namespace mainstay::agent {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kServicesShown = 5;  // of each table
constexpr std::size_t kUnitShown = 60;     // columns
constexpr const char* kOpen = "open";

std::string cpu_text(std::uint32_t hundredths) {
  if (hundredths == kNoValue) return "-";
  return std::to_string(hundredths / 100) + "." + std::to_string(hundredths / 10 % 10) + " %";
}

std::string memory_text(std::uint32_t mib) {
  return mib == kNoValue ? "-" : size_text(mib * 1024UL * 1024);
}

using Text = std::string (*)(std::uint32_t value);

void add_table(const std::vector<ServiceFigures>& services, ServiceFigureOf which, Text text,
               std::string& to) {
  const auto largest = largest_of(services, which, kServicesShown);
  if (largest.empty()) return;
  using Align = TextTable::Align;
  TextTable table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Right});
  const bool is_cpu = which == &ServiceFigures::cpu;
  table.add_row({is_cpu ? "services by processor" : "services by memory", "now", "p95 of 1 h",
                 "max of 24 h", "max of 60 d"});
  for (const ServiceFigures& service : largest) {
    const ServiceFigure& figure = service.*which;
    table.add_row({"  " + cut_to_width(escape_for_terminal(service.unit), kUnitShown),
                   text(figure.now), text(figure.hour_p95), text(figure.day_max),
                   text(figure.kept_max)});
  }
  to += table.to_text();
}

struct Kept {
  History history = {.layout = kServiceHistory, .minutes = {}, .hours = {}};
  std::string trouble = {};  // why it is not known; printable
};

Kept kept_of(const AgentConfig& config, WallTime now) {
  const std::string path = config.state_directory + "/history" + std::string(kServiceHistorySuffix);
  auto history = read_history(kServiceHistory, path, now);
  if (history.has_value()) return {.history = std::move(*history)};
  // An agent that looks at no resources keeps none.
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return {};
  return {.trouble = escape_for_terminal(history.error().detail)};
}

Json figure_json(const ServiceFigure& figure) {
  const auto number = [](std::uint32_t value) { return value == kNoValue ? Json() : Json(value); };
  return {{"now", number(figure.now)},
          {"hour_p95", number(figure.hour_p95)},
          {"day_max", number(figure.day_max)},
          {"kept_max", number(figure.kept_max)}};
}

Json services_json(const History& history, std::uint32_t minute_now) {
  Json services = Json::array();
  for (const ServiceFigures& service : service_figures(history, minute_now)) {
    // A clock that was set back: nothing is kept of its time yet.
    const bool is_kept = service.since_minute <= minute_now;
    services.push_back({{"unit", escape_for_terminal(service.unit)},
                        {"kept_since_unix_seconds",
                         is_kept ? Json(std::int64_t{service.since_minute} * 60) : Json()},
                        {"cpu_percent_hundredths", figure_json(service.cpu)},
                        {"memory_mib", figure_json(service.memory_mib)}});
  }
  return services;
}

/// "key:      value", the value at its column (status.cc); findings begin with their mark.
bool is_key_line(std::string_view line, std::size_t colon) {
  const bool is_finding = line.starts_with("ok ") || line.starts_with("! ") ||
                          line.starts_with(". ") || line.starts_with(" ");
  return !is_finding && colon != std::string_view::npos && colon + 1 < line.size();
}

void add_lines(std::string_view text, Json& object) {
  Json status = Json::object();
  Json findings = Json::array();
  Json open = Json::array();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (!is_key_line(line, colon)) {
      findings.push_back(std::string(line));
      continue;
    }
    const std::string_view value = line.substr(colon + 1);
    const std::size_t begin = std::min(value.find_first_not_of(' '), value.size());
    const std::string key(line.substr(0, colon));
    if (key == kOpen) {  // one line an attempt
      open.push_back(std::string(value.substr(begin)));
    } else {
      status[key] = std::string(value.substr(begin));
    }
  }
  status[kOpen] = std::move(open);
  object["status"] = std::move(status);
  object["findings"] = std::move(findings);
}

}  // namespace

std::string services_text(const History& history, std::uint32_t minute_now) {
  const auto services = service_figures(history, minute_now);
  std::string text;
  add_table(services, &ServiceFigures::cpu, cpu_text, text);
  add_table(services, &ServiceFigures::memory_mib, memory_text, text);
  return text;
}

Result<std::string> show(const AgentConfig& config, WallTime now, ShowAs as) {
  TRY(const StatusFile status, read_status(config));
  const Kept kept = kept_of(config, now);
  const std::uint32_t minute = minute_of(now);
  if (as == ShowAs::Text) {
    const std::string trouble =
        kept.trouble.empty() ? "" : "services by use:            not known, " + kept.trouble + "\n";
    return status_screen(status, now) + trouble + services_text(kept.history, minute);
  }
  Json object = {{"as_of_unix_seconds", to_ms(status.written) / 1000},
                 {"age_seconds", (now - status.written).count() / 1000}};
  add_lines(status.text, object);
  object["services"] = services_json(kept.history, minute);
  if (!kept.trouble.empty()) object["services_trouble"] = kept.trouble;
  return object.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace mainstay::agent
