#include "agent/collect/backup/borg.h"

#include "agent/collect/backup/text/borg_text.h"
#include "agent/collect/settings/secret.h"

namespace mainstay::agent::backup {
namespace {

// Each costs a read of its metadata, which over a slow line is a round trip; those of other hosts
// count, too.
constexpr std::string_view kArchivesLooked = "64";

}  // namespace

Result<Borg> Borg::open(const BackupSet& set) {
  TRY(std::string password, load_secret(set.password));
  return Borg(std::move(password));
}

Result<ToolAnswer> Borg::call(std::vector<std::string> words, CallTime time,
                              const std::string& cache) const {
  // Without a terminal Borg would ask its standard input for a passphrase; an empty one is refused
  // by every encrypted repository.
  ToolCall call{.tool = "borg",
                .words = std::move(words),
                .environment = {"TZ=UTC0", "BORG_PASSPHRASE=" + password_},
                .output_bytes_max = kBorgJsonBytesMax,
                .time = time};
  if (!cache.empty()) call.environment.push_back("BORG_CACHE_DIR=" + cache);
  return call_tool(call);
}

Result<std::string> Borg::list(const BackupSet& set, const std::string& state,
                               CallTime time) const {
  TRY(ToolAnswer answer,
      call({"list", "--json", "--bypass-lock", "--last", std::string(kArchivesLooked), "--format",
            "{hostname}", "--", set.repository},
           time, state.empty() ? "" : state + "/borg"));
  if (answer.exit != 0) return fail(Fault::Unavailable, trouble(answer));
  return std::move(answer.output);
}

Result<std::string> Borg::ask(std::vector<std::string> words, CallTime time) const {
  TRY(ToolAnswer answer, call(std::move(words), time));
  if (answer.exit != 0) return fail(Fault::Unavailable, trouble(answer));
  return std::move(answer.output);
}

std::string Borg::trouble(const ToolAnswer& answer) const {
  // Its last line is an answer to the question that it asks here.
  static constexpr std::string_view kQuestions[] = {"previously unknown unencrypted repository",
                                                    "was previously located at"};
  for (const std::string_view question : kQuestions) {
    const auto line = line_with(answer.error_output, question);
    if (line) return as_trouble(std::string(line->substr(0, 200)));
  }
  return trouble_of(answer, password_);
}

}  // namespace mainstay::agent::backup
