#include "agent/executor/shell/apt_answer.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace mainstay::executor {

namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 8;
constexpr std::size_t kPackagesListMax = 20'000;
constexpr std::size_t kLineBytesMax = 512;

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Fault::Malformed, "package helper: " + std::string(what));
}

/// One printable line of at most kLineBytesMax bytes; empty if there is none.
std::string line(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  const auto* text = found->get_ptr<const std::string*>();
  if (text == nullptr) return {};
  std::string cut = text->substr(0, kLineBytesMax);
  std::ranges::replace_if(cut, [](char c) { return c < ' ' || c > '~'; }, ' ');
  return cut;
}

bool flag(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && *found->get_ptr<const Json::boolean_t*>();
}

Result<int> exit_of(const Json& object) {
  const auto found = object.find("exit");
  if (found == object.end()) return malformed("no exit");
  const auto* code = found->get_ptr<const Json::number_unsigned_t*>();
  if (code == nullptr || *code > 255) return malformed("exit is no number");
  return static_cast<int>(*code);
}

Status read_packages(const Json& object, std::vector<AptAnswer::Package>& packages) {
  const auto found = object.find("packages");
  if (found == object.end()) return {};
  if (!found->is_array() || found->size() > kPackagesListMax)
    return malformed("packages is no list");
  for (const auto& entry : *found) {
    if (!entry.is_object()) return malformed("a package is no object");
    packages.push_back({.version = {.name = line(entry, "name") + ":" + line(entry, "arch"),
                                    .version = line(entry, "version")},
                        .status = line(entry, "status")});
  }
  return {};
}

}  // namespace

Result<AptAnswer> read_apt_answer(std::string_view text, std::string_view verb) {
  if (text.size() > kAptAnswerBytesMax) return malformed("too much output");
  const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= kDepthMax; };
  const Json object = Json::parse(text, shallow, false);
  if (!object.is_object()) return malformed("not a JSON object");
  const auto schema = object.find("schema");
  if (schema == object.end() || *schema != 1) return malformed("an unknown schema");
  if (line(object, "verb") != verb) return malformed("an answer to another question");
  AptAnswer answer;
  TRY(answer.exit, exit_of(object));
  answer.result = line(object, "result");
  answer.detail = line(object, "detail");
  answer.already = flag(object, "already");
  answer.interrupted = flag(object, "interrupted");
  if (flag(object, "truncated")) return malformed("a list was cut");
  TRY_STATUS(read_packages(object, answer.packages));
  return answer;
}

std::string complaint_of(const AptAnswer& answer) {
  return answer.result + (answer.detail.empty() ? "" : ": " + answer.detail);
}

Finding finding_of(const AptAnswer& verify, const std::vector<PackageVersion>& wanted) {
  Finding finding;
  if (verify.exit != 0) {
    finding.reason = complaint_of(verify);
    return finding;
  }
  std::size_t wrong = 0;
  for (const auto& want : wanted) {
    const auto found = std::ranges::find_if(
        verify.packages,
        [&](const AptAnswer::Package& package) { return package.version.name == want.name; });
    const bool known = found != verify.packages.end();
    if (known) finding.installed.push_back(found->version);
    if (known && found->version == want && found->status == "installed") continue;
    wrong += 1;
    if (wrong > 1) continue;
    finding.reason = want.name + " is " + (known ? found->status : "not installed") +
                     (known && found->version.version != want.version
                          ? " at " + found->version.version + ", not " + want.version
                          : "");
  }
  if (wrong > 1) finding.reason += ", and " + std::to_string(wrong - 1) + " more";
  if (verify.interrupted && wrong == 0) finding.reason = "dpkg was interrupted";
  const bool holds = wrong == 0 && verify.already && !verify.interrupted;
  finding.holds = holds ? Finding::Holds::Yes : Finding::Holds::No;
  return finding;
}

}  // namespace mainstay::executor
