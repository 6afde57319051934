#include "common/row/coordinator_row.h"

#include "common/core/digest.h"

namespace mainstay {

namespace {

std::string padded(std::uint64_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  return text.size() >= digits ? text : std::string(digits - text.size(), '0') + text;
}

struct KeyOf {
  std::string operator()(const ReignRow&) const { return "reign"; }
  std::string operator()(const HostRow& row) const { return "host/" + row.host.text(); }
  std::string operator()(const SightRow& row) const { return "sight/" + row.host.text(); }
  std::string operator()(const TokenRow& row) const {
    return "token/" + to_hex(row.secret_digest.view());
  }
  std::string operator()(const RosterRow&) const { return "roster"; }
  std::string operator()(const ControlRow& row) const {
    return "control/" + padded(row.number.value, 10);
  }
  std::string operator()(const ControlPendingRow&) const { return "control-pending"; }
  std::string operator()(const PlanRow& row) const { return "plan/" + to_hex(row.plan.view()); }
  std::string operator()(const LeafRow& row) const {
    return "leaf/" + to_hex(row.plan.view()) + "/" + padded(row.index, 8);
  }
  std::string operator()(const RolloutRow& row) const {
    return "rollout/" + padded(row.rollout.value, 10);
  }
  std::string operator()(const TargetRow& row) const {
    return "target/" + padded(row.rollout.value, 10) + "/" + row.host.text();
  }
  std::string operator()(const SlotRow& row) const { return "slot/" + row.host.text(); }
  std::string operator()(const RecordRow& row) const { return record_key_of(row.attempt); }
  std::string operator()(const RequestRow& row) const {
    return "request/" + to_hex(row.nonce.view());
  }
  std::string operator()(const AuditRow& row) const { return audit_key(row.number); }
  std::string operator()(const FindingsRow& row) const {
    return findings_key(row.host, row.source);
  }
  std::string operator()(const PackagesRow& row) const { return packages_key(row.digest); }
  std::string operator()(const FeedRow& row) const { return "feed/" + row.name; }
  std::string operator()(const ExposureRow& row) const {
    return "exposure/" + row.vulnerability + "/" + row.release;
  }
  std::string operator()(const SnoozeRow& row) const {
    return "snooze/" + to_hex(sha256(as_bytes(row.need.cause)).view());
  }
};

}  // namespace

std::string key_of(const CoordinatorRow& row) {
  return std::visit(KeyOf{}, row);
}

Axis axis_of(const CoordinatorRow& row) {
  const bool is_cache = std::holds_alternative<SightRow>(row) ||
                        std::holds_alternative<FindingsRow>(row) ||
                        std::holds_alternative<PackagesRow>(row);
  return is_cache ? Axis::Cache : Axis::Truth;
}

std::string audit_key(std::uint64_t number) {
  return std::string(kAuditPrefix) + padded(number, 20);
}

std::string findings_key(const HostId& host, Source source) {
  return "finding/" + host.text() + "/" + std::string(name_of(source));
}

std::string packages_key(const Digest& digest) {
  return std::string(kPackagesPrefix) + to_hex(digest.view());
}

std::string record_key_of(const AttemptId& attempt) {
  return std::string(kRecordPrefix) + file_name(attempt);
}

}  // namespace mainstay
