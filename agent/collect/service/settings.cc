#include "agent/collect/service/settings.h"

#include <algorithm>
#include <array>

namespace mainstay::agent::service {
namespace {

constexpr std::size_t kPostgresMax = 16;
constexpr std::size_t kPostgresWordBytesMax = 255;

using document::complain;
using document::Fields;
using document::Node;

/// For an environment: one word of printable ASCII.
Status read_word(const Fields& fields, std::string_view key, std::string& to) {
  const Node* node = fields.find(key);
  if (node == nullptr) return {};
  TRY(to, document::read_text(*node, fields.file(), kPostgresWordBytesMax));
  if (std::ranges::all_of(to, [](char c) { return c > ' ' && c <= '~'; })) return {};
  return complain(fields.file(), node->place, "expected one word in ASCII");
}

Status read_limit(const Fields& fields, std::string_view key, Duration& to) {
  const Node* node = fields.find(key);
  if (node == nullptr) return {};
  TRY(to, document::read_duration(*node, fields.file()));
  return {};
}

Result<std::optional<std::uint32_t>> read_percent(const Fields& fields, std::string_view key) {
  const Node* node = fields.find(key);
  if (node == nullptr) return std::optional<std::uint32_t>();
  TRY(const auto amount, document::read_count_or_percent(*node, fields.file()));
  if (!amount.is_percent || amount.amount == 0) {
    return complain(fields.file(), node->place, "expected a percentage such as 40%");
  }
  return std::optional(amount.amount);
}

Result<PostgresLimits> read_limits(const Fields& fields) {
  PostgresLimits limits;
  TRY_STATUS(read_limit(fields, "max_lag", limits.lag));
  TRY_STATUS(read_limit(fields, "max_transaction", limits.transaction));
  TRY_STATUS(read_limit(fields, "max_vacuum_age", limits.vacuum));
  TRY(const auto dead, read_percent(fields, "max_dead"));
  limits.dead_percent = dead.value_or(limits.dead_percent);
  TRY(limits.xid_percent, read_percent(fields, "max_xid_age"));
  return limits;
}

Result<Postgres> read_postgres(const Node& node, const std::string& file) {
  static constexpr std::array<std::string_view, 13> kKeys = {
      "name",       "service",         "host",           "port",
      "user",       "database",        "password_file",  "password_credential",
      "max_lag",    "max_transaction", "max_vacuum_age", "max_dead",
      "max_xid_age"};
  TRY(const Fields fields, Fields::open(node, file, kKeys));
  Postgres made;
  TRY([[maybe_unused]] const Node* name, fields.need("name"));
  TRY_STATUS(read_word(fields, "name", made.name));
  TRY_STATUS(read_word(fields, "service", made.service));
  TRY_STATUS(read_word(fields, "host", made.host));
  TRY_STATUS(read_word(fields, "port", made.port));
  TRY_STATUS(read_word(fields, "user", made.user));
  TRY_STATUS(read_word(fields, "database", made.database));
  const bool is_number =
      std::ranges::all_of(made.port, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number || made.port.size() > 5) {
    return complain(file, fields.find("port")->place, "expected a port from 1 to 65535");
  }
  TRY(made.secret, read_secret(fields));
  TRY(made.limits, read_limits(fields));
  return made;
}

}  // namespace

Result<std::vector<Postgres>> read_service_settings(const Node& node, const std::string& file) {
  static constexpr std::array<std::string_view, 3> kKeys = {"kind", "name", "postgres"};
  TRY(const Fields fields, Fields::open(node, file, kKeys));
  TRY(const std::string kind, fields.needed_text("kind"));
  if (kind != "service") {
    return complain(file, fields.find("kind")->place, "expected `kind: service`");
  }
  if (const auto name = fields.text("name"); !name) return std::unexpected(name.error());
  std::vector<Postgres> all;
  const Node* list = fields.find("postgres");
  if (list == nullptr) return all;
  if (list->kind != Node::Kind::List || list->items.empty() || list->items.size() > kPostgresMax) {
    return complain(file, list->place, "expected a list of 1 to 16 servers");
  }
  for (const Node& item : list->items) {
    TRY(Postgres made, read_postgres(item, file));
    if (std::ranges::find(all, made.name, &Postgres::name) != all.end()) {
      return complain(file, item.place, "two servers of one name");
    }
    all.push_back(std::move(made));
  }
  return all;
}

}  // namespace mainstay::agent::service
