// Prints what a store knows of attempts, a line each: stored_attempts FILE, the truth of an
// executor (its journal) or of a coordinator (the records it took in). Run on a copy: opening
// writes a lock.
//
//   journal P-7f3a9c/0/web-1/1 FILE-NAME PHASE KIND DIGEST     KIND and DIGEST: - without a record
//   record P-7f3a9c/0/web-1/1 FILE-NAME - KIND DIGEST
//
// The digest is made here, of the record's bytes; one that was stored beside them and differs is an
// error.
#include <array>
#include <cstdio>

#include "common/core/digest.h"
#include "common/store/environment.h"
#include "common/store/record.h"
#include "common/wire/open.h"
#include "common/wire/row.h"

namespace mainstay {
namespace {

struct Line {
  AttemptId attempt;
  Bytes record;   // may be empty: there is none yet
  Digest digest;  // as it was stored
  std::string phase = "-";
};

std::string text_of(AttemptPhase phase) {
  constexpr std::array kWords = {"received", "intended", "started", "finished", "closed"};
  return kWords.at(static_cast<std::size_t>(phase));
}

Result<std::string> kind_of(const Line& line) {
  TRY(const SignedDocument document, peek(line.record));
  if (document.context == context::kOutcome) {
    TRY(const Outcome outcome, decode<Outcome>(document.payload));
    if (outcome.attempt != line.attempt) return fail(Fault::Corrupt, "another attempt's outcome");
    return std::string(name_of(outcome.kind));
  }
  TRY(const ClosedRecord closed, decode<ClosedRecord>(document.payload));
  if (closed.attempt != line.attempt)
    return fail(Fault::Corrupt, "another attempt's closed record");
  return std::string(name_of(closed.kind));
}

Status print(std::string_view word, const Line& line) {
  std::string kind = "-";
  std::string digest = "-";
  if (!line.record.empty()) {
    TRY(kind, kind_of(line));
    digest = to_hex(sha256(line.record).view());
    if (digest != to_hex(line.digest.view())) {
      return fail(Fault::Corrupt, short_name(line.attempt) + ": not the digest of its record");
    }
  }
  std::printf("%s %s %s %s %s %s\n", std::string(word).c_str(), short_name(line.attempt).c_str(),
              file_name(line.attempt).c_str(), line.phase.c_str(), kind.c_str(), digest.c_str());
  return {};
}

Status print_row(std::string_view key, ByteView value) {
  if (key.starts_with(kAttemptPrefix)) {
    TRY(const AttemptRow row, decode_row<AttemptRow>(value));
    return print("journal", {.attempt = row.attempt,
                             .record = row.record,
                             .digest = row.record_digest,
                             .phase = text_of(row.phase)});
  }
  TRY(const CoordinatorRow any, decode_row<CoordinatorRow>(value));
  const auto& row = std::get<RecordRow>(any);
  return print("record", {.attempt = row.attempt, .record = row.envelope, .digest = row.digest});
}

Status print_all(const char* path) {
  constexpr std::size_t kRowsMax = 1000;  // a read
  TRY(const auto truth,
      store::Environment::open(path, std::size_t{1} << 30U, store::Syncing::Never));
  for (const std::string_view prefix : {kAttemptPrefix, kRecordPrefix}) {
    std::string after;
    while (true) {
      TRY(const auto rows, truth->rows(prefix, after, kRowsMax));
      if (rows.empty()) break;
      for (const auto& row : rows) {
        TRY(const store::Record record, store::unseal(row.key, row.stored));
        TRY_STATUS(print_row(row.key, record.value));
      }
      after = rows.back().key;
    }
  }
  return {};
}

}  // namespace
}  // namespace mainstay

int main(int count, char** words) {
  if (count != 2) return 2;
  const mainstay::Status printed = mainstay::print_all(words[1]);
  if (printed) return 0;
  std::fprintf(stderr, "stored_attempts: %s\n", printed.error().detail.c_str());
  return 1;
}
