#include "agent/collect/service/look.h"

#include <algorithm>
#include <ctime>

#include <unistd.h>

#include "agent/collect/service/postgres.h"
#include "agent/collect/service/postgres_judge.h"
#include "agent/collect/service/unit_judge.h"
#include "agent/collect/settings/settings_file.h"
#include "agent/collect/tool/tool.h"
#include "common/loop/clock.h"

namespace mainstay::agent::service {
namespace {

constexpr std::string_view kUsualFile = "/etc/mainstay/service.yaml";

Finding service_finding(Topic topic, std::string subject, std::string why, WallTime now) {
  Finding made;
  made.topic = topic;
  made.judgement = Judgement::NotProved;
  made.subject = std::move(subject);
  made.text = std::move(why);
  made.at = now;
  return made;
}

/// All kinds that can fail; devices, slices and targets are what others hang on.
Result<std::vector<Unit>> ask_systemd(const std::string& systemctl) {
  TRY(const ToolAnswer answer,
      run_tool(
          {.argv = {systemctl, "show", "--no-pager", "--property=" + unit_properties(), "*.service",
                    "*.socket", "*.timer", "*.mount", "*.automount", "*.swap", "*.path", "*.scope"},
           // Times of units without a zone that would have to be known.
           .environment = {"TZ=UTC", "SYSTEMD_COLORS=0"},
           .output_bytes_max = kShowBytesMax,
           .time_max = std::chrono::seconds(20)}));
  if (answer.was_cut) return fail(Fault::Malformed, "systemctl: too much output");
  if (answer.exit != 0) {
    return fail(Fault::Unavailable,
                "systemctl: " + answer.error_output.substr(0, answer.error_output.find('\n')));
  }
  TRY(std::vector<Unit> units, read_units(answer.output));
  // A running systemd has at least its own.
  if (units.empty()) return fail(Fault::Unavailable, "systemctl: no units at all");
  return units;
}

void look_at_units(WallTime now, SourceReport& report) {
  // The manager makes this folder; a container without one has no units.
  if (::access("/run/systemd/system", F_OK) != 0) return;
  const auto systemctl = find_tool("systemctl");
  if (!systemctl) return;
  const auto units = ask_systemd(*systemctl);
  if (!units) {
    report.findings.push_back(service_finding(Topic::Service, "units", units.error().detail, now));
    return;
  }
  UnitFindings made =
      judge_units(*units, {.wall = now, .monotonic = loop::clock_reading(CLOCK_MONOTONIC)});
  std::ranges::move(made.findings, std::back_inserter(report.findings));
}

void look_at_databases(const Postgres& postgres, const PostgresAccess& access,
                       const ServerAnswer& server, SourceReport& report) {
  const WallTime now = report.at;
  std::size_t looked = 0;
  for (const std::string& database : server.databases) {
    const std::string subject = postgres.name + "/" + database;
    if (looked++ == kDatabasesMax) {
      report.findings.push_back(service_finding(
          Topic::Database, postgres.name, "more than 16 databases; not all were looked at", now));
      return;
    }
    const auto answer = ask_database(access, database);
    if (!answer) {
      report.findings.push_back(
          service_finding(Topic::Database, subject, answer.error().detail, now));
      continue;
    }
    report.findings.push_back(judge_database(postgres, database, *answer, now));
  }
}

void look_at_postgres(const Postgres& postgres, SourceReport& report) {
  const auto complain = [&](const std::string& why) {
    report.findings.push_back(service_finding(Topic::Database, postgres.name, why, report.at));
  };
  const auto psql = find_tool("psql");
  if (!psql) return complain("psql is not installed: postgresql-client");
  const auto access = open_postgres(postgres, *psql);
  if (!access) return complain(access.error().detail);
  const auto server = ask_server(*access);
  if (!server) return complain(server.error().detail);
  std::ranges::move(judge_server(postgres, *server, report.at),
                    std::back_inserter(report.findings));
  // A standby counts no rows of its own: its primary's numbers tell.
  if (!server->is_standby) look_at_databases(postgres, *access, *server, report);
}

}  // namespace

Status look_at_services(const std::vector<std::string>& words, WallTime now, SourceReport& report) {
  TRY(const SettingsFile file, settings_file_of(words, kUsualFile));
  report.source = Source::Service;
  report.at = now;
  look_at_units(now, report);
  const auto complain = [&](const Error& error) {
    report.findings.push_back(service_finding(Topic::Source, "service", error.detail, now));
  };
  const auto node = load_settings(file);
  if (!node) {
    complain(node.error());
    return {};
  }
  if (!*node) return {};
  const auto servers = read_service_settings(**node, file.path);
  if (!servers) {
    complain(servers.error());
    return {};
  }
  for (const Postgres& postgres : *servers) look_at_postgres(postgres, report);
  return {};
}

}  // namespace mainstay::agent::service
