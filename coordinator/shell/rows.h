// Between the core's rows and the store's bytes: each write on its way out, everything on the way
// in.
#pragma once

#include <span>
#include <vector>

#include "common/core/effects.h"
#include "common/ports/store.h"
#include "common/row/coordinator_row.h"

namespace mainstay::coordinator {

KeyValue key_value_of(const Write<CoordinatorRow>& write);

/// Every row there is, but of the audit chain only the newest `audit_max`, and of records no bytes:
/// both grow for years, and memory needs neither.
Result<std::vector<CoordinatorRow>> load_rows(const Records& records, std::size_t audit_max);

/// Audit records `first` and following, at most `count`.
Result<std::vector<AuditRow>> load_audit(const Records& records, std::uint64_t first,
                                         std::size_t count);
/// Nothing if the attempt has left no record.
Result<std::optional<RecordRow>> load_record(const Records& records, const AttemptId& attempt);

/// What these sources of a host found; those that are not known are left out.
std::vector<FindingsRow> load_findings(const Records& records, const HostId& host,
                                       std::span<const Source> sources);

/// The text of a list of packages; nothing if it is not here.
std::optional<Bytes> packages_text(const Records& records, const Digest& digest);

/// What the executor signed of a task's output: its digest, and its length before it was cut.
struct SignedOutput {
  Digest digest;
  std::uint64_t bytes = 0;
};
/// Nothing if there is no signed outcome of it, or none that can be read.
std::optional<SignedOutput> signed_output(const Records& records, const AttemptId& attempt);

/// Of a stored record row: whose it is and which link of the audit chain it names.
std::optional<std::pair<HostId, AuditHead>> audit_seen(ByteView stored_record);

}  // namespace mainstay::coordinator
