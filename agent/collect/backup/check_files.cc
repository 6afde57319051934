#include <array>

#include "agent/collect/backup/check.h"
#include "agent/collect/backup/newest_file.h"
#include "agent/collect/backup/tool_call.h"

namespace mainstay::agent::backup {
namespace {

struct Compressor {
  std::string_view ending;
  std::string_view tool;
};
constexpr std::array<Compressor, 5> kCompressors = {
    {{".gz", "gzip"}, {".tgz", "gzip"}, {".xz", "xz"}, {".zst", "zstd"}, {".bz2", "bzip2"}}};

}  // namespace

Result<CheckOutcome> check_files(const BackupSet& set, const LookOrder& order) {
  TRY(const auto files, find_files(set, order.now));
  if (files.empty()) return fail(Fault::Unavailable, "no file matches");
  const FoundFile& newest = files.back();
  for (const Compressor& compressor : kCompressors) {
    if (!newest.path.ends_with(compressor.ending)) continue;
    TRY(const ToolAnswer answer, call_tool({.tool = std::string(compressor.tool),
                                            .words = {"-t", "--", newest.path},
                                            .time = {.max = kCheckTimeMax}}));
    CheckOutcome outcome{.how = std::string(compressor.tool) + " -t", .total_bytes = newest.bytes};
    // These end by 0 only after they have compared the sum at the end of the file.
    const bool is_good = answer.exit == 0;
    outcome.said.verdict = is_good ? CheckSaid::Verdict::Proved : CheckSaid::Verdict::Refuted;
    if (is_good) outcome.read_bytes = newest.bytes;
    if (!is_good) outcome.said.reason = trouble_of(answer, "");
    const bool was_kept_out = outcome.said.reason.contains("ermission denied") ||
                              outcome.said.reason.contains("No such file");
    if (was_kept_out) outcome.said.verdict = CheckSaid::Verdict::NotProved;
    return outcome;
  }
  return fail(Fault::Unavailable, "nothing in this kind of file shows whether it is whole");
}

}  // namespace mainstay::agent::backup
