#include "agent/executor/shell/load.h"

#include <filesystem>

#include "common/crypto/key_file.h"
#include "common/loop/files.h"
#include "common/wire/open.h"
#include "common/wire/row.h"

namespace mainstay::executor {

namespace {

constexpr std::size_t kTrustBytesMax = 256 * 1024;

/// Of a document that was verified before it was stored, or that root installed.
template <class T>
Result<T> payload_of(const Bytes& envelope, std::string_view context) {
  TRY(const SignedDocument document, peek(envelope));
  if (document.context != context) return fail(Fault::Corrupt, "not a " + std::string(context));
  return decode<T>(document.payload);
}

/// An attempt under another one's key would hide that one, which may have started.
Result<AttemptRow> attempt_under(std::string_view key, ByteView stored) {
  TRY(AttemptRow row, decode_row<AttemptRow>(stored));
  if (const std::string own = attempt_key(row.attempt); own != key) {
    return fail(Fault::Corrupt, std::string(key) + ": holds the row of " + own);
  }
  return row;
}

Status load_host(const Records& records, Journal& journal) {
  TRY(const auto stored, records.get(Axis::Truth, kHostStateKey));
  if (stored) {
    TRY(journal.host, decode_row<HostStateRow>(*stored));
  }
  const HostStateRow& host = journal.host;
  if (!host.roster.empty()) {
    TRY(journal.roster, payload_of<Roster>(host.roster, context::kRoster));
  }
  if (!host.binding.empty()) {
    TRY(const HostBinding binding, payload_of<HostBinding>(host.binding, context::kBinding));
    journal.bound_host = binding.host;
  }
  if (!host.labels.empty()) {
    TRY(const LabelCertificate labels, payload_of<LabelCertificate>(host.labels, context::kLabels));
    journal.labels = labels.labels;
    journal.label_serial = labels.serial;
    journal.labels_until = labels.header.not_after;
  }
  return {};
}

}  // namespace

Result<crypto::SigningKey> load_record_key(const std::string& path) {
  if (std::error_code error; !std::filesystem::exists(path, error)) {
    TRY_STATUS(crypto::save_key(path, crypto::SigningKey::generate(), std::nullopt));
  }
  return crypto::load_key(path, std::nullopt);
}

Result<Trust> load_trust(const std::string& path) {
  TRY(const Bytes text, loop::read_file(path, kTrustBytesMax));
  return read_trust(as_text(text), path);
}

Result<Journal> load_journal(const Records& records, const Trust& trust, const Self& self) {
  Journal journal;
  journal.boot = self.boot;
  journal.record_key = self.record_key;
  journal.dispatch_key = trust.dispatch_key;
  TRY(journal.roster, payload_of<Roster>(trust.roster, context::kRoster));
  TRY_STATUS(load_host(records, journal));
  TRY_STATUS(records.for_each(Axis::Truth, kAttemptPrefix,
                              [&](std::string_view key, ByteView value) -> Status {
                                AttemptEntry entry;
                                TRY(entry.row, attempt_under(key, value));
                                const AttemptId attempt = entry.row.attempt;
                                journal.attempts.emplace(attempt, std::move(entry));
                                return {};
                              }));
  return journal;
}

KeyValue encode_write(const Write<HostRow>& write) {
  if (const auto* host = std::get_if<HostStateRow>(&write.row)) {
    return {.key = std::string(kHostStateKey), .value = encode_row(*host), .axis = write.axis};
  }
  const auto& attempt = std::get<AttemptRow>(write.row);
  return {.key = attempt_key(attempt.attempt),
          .value = write.erase ? std::nullopt : std::optional(encode_row(attempt)),
          .axis = write.axis};
}

}  // namespace mainstay::executor
