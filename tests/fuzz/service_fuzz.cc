// Whatever systemctl and psql print is refused or becomes values that can be judged.
#include <algorithm>
#include <cstdint>

#include "agent/collect/service/postgres_judge.h"
#include "agent/collect/service/unit_judge.h"
#include "common/core/check.h"

using namespace mainstay;
using namespace mainstay::agent::service;

namespace {

constexpr WallTime kNow{std::chrono::seconds(1'780'000'000)};

void try_units(std::string_view text) {
  const auto units = read_units(text);
  if (!units) {
    CHECK(units.error().fault == Fault::Malformed);
    CHECK(units.error().detail.size() < 256);
    return;
  }
  CHECK(units->size() <= kUnitsMax);
  SourceReport report;
  const UnitFindings made = judge_units(*units, {.wall = kNow, .monotonic = std::chrono::hours(9)});
  CHECK(made.failed <= units->size());
  report.findings = made.findings;
  tidy(report);
  const bool none = made.failed == 0;
  CHECK(!none || !made.findings.empty());
}

void try_postgres(std::string_view text) {
  const Postgres postgres{.name = "db"};
  if (const auto answer = read_server_answer(text); answer.has_value()) {
    CHECK(answer->databases.size() <= kDatabasesMax + 1);
    CHECK(answer->replicas.size() <= kReplicasMax);
    SourceReport report;
    report.findings = judge_server(postgres, *answer, kNow);
    CHECK(!report.findings.empty());
    tidy(report);
  }
  if (const auto answer = read_database_answer(text); answer.has_value()) {
    CHECK(answer->worst.size() <= kTablesMax);
    CHECK(!judge_database(postgres, "orders", *answer, kNow).text.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_units(text);
  try_postgres(text);
  (void)read_systemd_time(text);
  (void)read_systemd_span(text);
  return 0;
}
