// Ledger, audit chain, control chain and tokens.
#include <algorithm>
#include <charconv>

#include "common/plan/head_text.h"
#include "coordinator/core/ledger/ledger.h"
#include "coordinator/shell/json.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

constexpr std::size_t kAuditPage = 1000;

Json labels_of_group(const std::string& group) {
  Json labels = Json::object();
  std::string_view rest = group;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view word = rest.substr(0, comma);
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos) {
      labels[std::string(word.substr(0, equals))] = std::string(word.substr(equals + 1));
    }
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return labels;
}

/// What executors have seen of the chain, out of their signed records: the newest a host.
Json witnesses_json(const ViewContext& context) {
  std::map<HostId, AuditHead> heads;
  const Records::Visit visit = [&](std::string_view, ByteView value) -> Status {
    const auto row = audit_seen(value);
    if (!row || row->second.number == 0) return {};
    AuditHead& head = heads[row->first];
    if (row->second.number > head.number) head = row->second;
    return {};
  };
  // What cannot be read is no witness; that it cannot be read shows at the next start.
  (void)context.records.for_each(Axis::Truth, kRecordPrefix, visit).has_value();
  Json list = Json::array();
  for (const auto& [host, head] : heads) {
    list.push_back(
        {{"host", host.text()}, {"number", head.number}, {"digest", to_hex(head.digest.view())}});
  }
  return list;
}

}  // namespace

Reply ledger_view(const ViewContext& context) {
  Json groups = Json::array();
  const Ledger ledger(context.state, context.limits, context.now);
  for (const LedgerLine& line : ledger.lines()) {
    Json out = Json::array();
    for (const HostId& host : line.count.out) {
      out.push_back({{"host", host.text()}, {"why", why_out(context, host)}});
    }
    for (const HostId& host : line.count.parked_out) {
      out.push_back({{"host", host.text()}, {"why", "parked"}});
    }
    groups.push_back({{"labels", labels_of_group(line.group)},
                      {"rollout", short_name(line.rollout)},
                      {"budget", text_of(line.budget)},
                      {"limit", allowed_out(line.budget, line.count)},
                      {"size", line.count.members},
                      {"unavailable", out}});
  }
  Json slots = Json::array();
  for (const auto& [host, slot] : context.state.slots) {
    slots.push_back({{"host", host.text()},
                     {"rollout", short_name(slot.rollout)},
                     {"since", instant_json(slot.since)},
                     {"since_seconds", age_seconds(context, slot.since)},
                     {"reason", shown(slot.reason)}});
  }
  return reply_of({{"groups", groups}, {"slots", slots}});
}

Reply audit_view(const ViewContext& context, const std::string& argument) {
  std::uint64_t first = 1;
  const char* const end = argument.data() + argument.size();
  const auto read = std::from_chars(argument.data(), end, first);
  if (!argument.empty() && (read.ec != std::errc() || read.ptr != end)) {
    return no_such("expected the number of an audit record");
  }
  const auto rows = load_audit(context.records, std::max<std::uint64_t>(first, 1), kAuditPage);
  if (!rows) return {.verdict = Verdict::Halted, .text = rows.error().detail};
  Json records = Json::array();
  for (const AuditRow& row : *rows) {
    records.push_back({{"number", row.number},
                       {"previous", to_hex(row.previous.view())},
                       {"at", instant_json(row.at)},
                       {"at_ms", to_ms(row.at)},
                       {"text", row.text},
                       {"digest", to_hex(row.digest.view())}});
  }
  const AuditHead& head = context.state.audit.head;
  // A walk over all stored records, so only behind the last page, where a reader of the whole chain
  // looks for them.
  const bool is_end = rows->empty();
  return reply_of({{"records", records},
                   {"head", {{"number", head.number}, {"digest", to_hex(head.digest.view())}}},
                   {"witnesses", is_end ? witnesses_json(context) : Json::array()}});
}

Reply control_view(const ViewContext& context) {
  const State& state = context.state;
  ControlNumber number;
  Digest head;
  if (!state.control.empty()) {
    number = state.control.back().number;
    head = state.control.back().digest;
  }
  Json pending;  // null: nothing waits
  if (state.control_pending) {
    const ControlRow& row = state.control_pending->row;
    pending = {{"number", row.number.value},
               {"by", shown(row.by)},
               {"at", instant_json(row.at)},
               {"document", to_hex(row.document)}};
  }
  return reply_of({{"number", number.value},
                   {"head", to_hex(head.view())},
                   {"pending", pending},
                   {"stop", state.stopped},
                   {"roster_number", state.roster->roster.number.value}});
}

Reply tokens_view(const ViewContext& context) {
  Json tokens = Json::array();
  for (const auto& [digest, row] : context.state.tokens) {
    // What voids the token of a host trusts nothing, and nobody holds it.
    if (row.token.trust_digest.is_zero()) continue;
    const bool is_over = row.token.header.not_after <= context.now.wall;
    tokens.push_back({{"host", row.token.host.text()},
                      {"state", row.used  ? "used"
                                : is_over ? "expired"
                                          : "open"},
                      {"expires_at", instant_json(row.token.header.not_after)},
                      {"used", row.used},
                      {"by", shown(row.added_by)}});
  }
  std::sort(tokens.begin(), tokens.end(),
            [](const Json& one, const Json& other) { return one["host"] < other["host"]; });
  return reply_of({{"tokens", tokens}});
}

}  // namespace mainstay::coordinator
