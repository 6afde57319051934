// Whatever the package helper prints is refused or becomes values within their limits, in the agent
// and in the executor.
#include <algorithm>
#include <cstdint>

#include "agent/collect/patch/apt_json.h"
#include "agent/executor/shell/apt_answer.h"
#include "common/core/check.h"

namespace {

using namespace mainstay;

bool is_line(const std::string& text) {
  return text.size() <= 512 + 1 + 512 &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void try_answer(std::string_view text, std::string_view verb) {
  const auto answer = executor::read_apt_answer(text, verb);
  if (!answer.has_value()) {
    CHECK(answer.error().fault == Fault::Malformed);
    CHECK(is_line(answer.error().detail));
    return;
  }
  CHECK(answer->exit >= 0 && answer->exit <= 255);
  CHECK(is_line(answer->result));
  CHECK(is_line(answer->detail));
  for (const auto& package : answer->packages) {
    CHECK(is_line(package.version.name) && is_line(package.version.version));
    CHECK(is_line(package.status));
  }
  const std::vector<PackageVersion> wanted = {{"editor:amd64", "9.0-1"}, {"webd:amd64", "2.1-1"}};
  const auto finding = executor::finding_of(*answer, wanted);
  if (finding.holds != executor::Finding::Holds::Yes) return;
  // Nothing but the whole set, installed by a dpkg at rest, is what was wanted.
  CHECK(answer->exit == 0 && answer->already && !answer->interrupted);
  CHECK(finding.installed == wanted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto state = agent::read_apt_list(text); state.has_value()) {
    CHECK(state->security <= state->total);
    CHECK(state->os.size() <= 520);
  }
  if (const auto set = agent::read_apt_simulation(text); set.has_value()) {
    CHECK(set->packages.size() <= kPackagesMax);
    CHECK(set->kept.size() <= agent::kKeptMax);
    CHECK(std::ranges::is_sorted(set->packages));
    for (const auto& package : set->packages) {
      CHECK(package.name.find(':') != std::string::npos);
      CHECK(!package.version.empty());
    }
  }
  for (const char* verb : {"verify", "apply"}) try_answer(text, verb);
  return 0;
}
