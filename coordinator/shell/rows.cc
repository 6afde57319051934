#include "coordinator/shell/rows.h"

#include <deque>

#include "common/wire/open.h"
#include "common/wire/row.h"

namespace mainstay::coordinator {

namespace {

/// What note_troubles() and note_dates() go by: what wants a person, backups and open updates.
bool is_kept(const Finding& finding) {
  const bool is_dated = finding.topic == Topic::Backup ||
                        (finding.topic == Topic::Patch && reading_of(finding, Measure::Count));
  return is_dated || finding.judgement == Judgement::Refuted ||
         (finding.judgement == Judgement::NotProved && finding.topic == Topic::Source);
}

/// Nothing is left of a row whose bytes memory does not need.
void lighten(CoordinatorRow& row) {
  if (auto* record = std::get_if<RecordRow>(&row)) {
    record->envelope = {};
    record->output_tail = {};
  }
  if (auto* packages = std::get_if<PackagesRow>(&row)) packages->text = {};
  if (auto* found = std::get_if<FindingsRow>(&row)) {
    std::erase_if(found->findings, [](const Finding& finding) { return !is_kept(finding); });
    found->findings.shrink_to_fit();
  }
}

/// A row that stands under another row's key is damage like any other: believed, it would be a
/// host, a slot or a link of the audit chain twice, and the one whose place it took not at all.
Result<CoordinatorRow> row_under(std::string_view key, ByteView stored) {
  auto row = decode_row<CoordinatorRow>(stored);
  if (!row) return fail(Fault::Corrupt, std::string(key) + ": " + row.error().detail);
  if (const std::string own = key_of(*row); own != key) {
    return fail(Fault::Corrupt, std::string(key) + ": holds the row of " + own);
  }
  return row;
}

template <class Row>
Result<std::optional<Row>> load_one(const Records& records, const std::string& key) {
  TRY(const std::optional<Bytes> stored, records.get(Axis::Truth, key));
  if (!stored) return std::optional<Row>();
  TRY(CoordinatorRow row, row_under(key, *stored));
  auto* found = std::get_if<Row>(&row);
  if (found == nullptr) return fail(Fault::Corrupt, key + ": holds another kind of row");
  return std::optional<Row>(std::move(*found));
}

}  // namespace

KeyValue key_value_of(const Write<CoordinatorRow>& write) {
  KeyValue made{.key = key_of(write.row), .value = std::nullopt, .axis = write.axis};
  if (!write.erase) made.value = encode_row(write.row);
  return made;
}

Result<std::vector<CoordinatorRow>> load_rows(const Records& records, std::size_t audit_max) {
  std::vector<CoordinatorRow> rows;
  std::deque<CoordinatorRow> audit;
  const Records::Visit visit = [&](std::string_view key, ByteView value) -> Status {
    TRY(CoordinatorRow row, row_under(key, value));
    if (!std::holds_alternative<AuditRow>(row)) {
      lighten(row);
      rows.push_back(std::move(row));
      return {};
    }
    audit.push_back(std::move(row));
    if (audit.size() > audit_max) audit.pop_front();
    return {};
  };
  TRY_STATUS(records.for_each(Axis::Truth, "", visit));
  const Records::Visit visit_cache = [&](std::string_view key, ByteView value) -> Status {
    // Cache that cannot be read is as good as lost.
    auto row = row_under(key, value);
    if (!row) return {};
    lighten(*row);
    rows.push_back(std::move(*row));
    return {};
  };
  TRY_STATUS(records.for_each(Axis::Cache, "", visit_cache));
  for (CoordinatorRow& row : audit) rows.push_back(std::move(row));
  return rows;
}

Result<std::vector<AuditRow>> load_audit(const Records& records, std::uint64_t first,
                                         std::size_t count) {
  std::vector<AuditRow> rows;
  while (rows.size() < count) {
    TRY(auto row, load_one<AuditRow>(records, audit_key(first + rows.size())));
    if (!row) break;
    rows.push_back(std::move(*row));
  }
  return rows;
}

Result<std::optional<RecordRow>> load_record(const Records& records, const AttemptId& attempt) {
  return load_one<RecordRow>(records, record_key_of(attempt));
}

std::vector<FindingsRow> load_findings(const Records& records, const HostId& host,
                                       std::span<const Source> sources) {
  std::vector<FindingsRow> rows;
  for (const Source source : sources) {
    const std::string key = findings_key(host, source);
    const auto stored = records.get(Axis::Cache, key);
    if (!stored || !*stored) continue;
    auto row = row_under(key, **stored);
    // Cache that cannot be read is as good as lost.
    auto* found = row ? std::get_if<FindingsRow>(&*row) : nullptr;
    if (found != nullptr) rows.push_back(std::move(*found));
  }
  return rows;
}

std::optional<Bytes> packages_text(const Records& records, const Digest& digest) {
  const std::string key = packages_key(digest);
  const auto stored = records.get(Axis::Cache, key);
  if (!stored || !*stored) return std::nullopt;
  auto row = row_under(key, **stored);
  auto* packages = row ? std::get_if<PackagesRow>(&*row) : nullptr;
  if (packages == nullptr) return std::nullopt;
  return std::move(packages->text);
}

std::optional<SignedOutput> signed_output(const Records& records, const AttemptId& attempt) {
  const auto row = load_record(records, attempt);
  if (!row || !*row) return std::nullopt;
  const auto document = peek((*row)->envelope);
  if (!document || document->context != context::kOutcome) return std::nullopt;
  const auto outcome = decode<Outcome>(document->payload);
  if (!outcome) return std::nullopt;
  return SignedOutput{.digest = outcome->output_digest, .bytes = outcome->output_bytes};
}

std::optional<std::pair<HostId, AuditHead>> audit_seen(ByteView stored_record) {
  const auto row = decode_row<CoordinatorRow>(stored_record);
  const auto* record = row ? std::get_if<RecordRow>(&*row) : nullptr;
  if (record == nullptr) return std::nullopt;
  const auto document = peek(record->envelope);
  if (!document) return std::nullopt;
  if (document->context == context::kOutcome) {
    const auto outcome = decode<Outcome>(document->payload);
    if (outcome) return std::pair(outcome->attempt.host, outcome->audit);
  } else {
    const auto closed = decode<ClosedRecord>(document->payload);
    if (closed) return std::pair(closed->attempt.host, closed->audit);
  }
  return std::nullopt;
}

}  // namespace mainstay::coordinator
