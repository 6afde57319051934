#include "agent/collect/backup/restic.h"

#include "agent/collect/settings/secret.h"

namespace mainstay::agent::backup {

Result<Restic> Restic::open(const BackupSet& set) {
  TRY(std::string password, load_secret(set.password));
  return Restic(set.repository, std::move(password));
}

Result<ToolAnswer> Restic::call(std::vector<std::string> words, std::size_t output_bytes_max,
                                CallTime time) const {
  ToolCall call{.tool = "restic",
                .words = std::move(words),
                .environment = {"RESTIC_REPOSITORY=" + repository_},
                .output_bytes_max = output_bytes_max,
                .time = time};
  if (!password_.empty()) call.environment.push_back("RESTIC_PASSWORD=" + password_);
  return call_tool(call);
}

Result<std::string> Restic::ask(std::vector<std::string> words, std::size_t output_bytes_max,
                                CallTime time) const {
  TRY(ToolAnswer answer, call(std::move(words), output_bytes_max, time));
  if (answer.exit != 0) return fail(Fault::Unavailable, trouble(answer));
  return std::move(answer.output);
}

}  // namespace mainstay::agent::backup
