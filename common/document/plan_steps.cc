#include "common/document/plan_steps.h"

#include <algorithm>
#include <array>

#include "common/core/nearest.h"
#include "common/document/fields.h"
#include "common/plan/placeholder.h"

namespace mainstay::document {

namespace {

using Keys = std::string_view;

// Some dozen services, each stopped and started.
constexpr Duration kRestartTime = std::chrono::minutes(5);
// Firmware of a large server takes minutes.
constexpr Duration kRebootTime = std::chrono::minutes(20);

Result<Duration> read_within(const Node& node, const std::string& file) {
  TRY(const Duration within, read_duration(node, file));
  if (within <= Duration(0) || within > kStepTimeMax) {
    return complain(file, node.place, "expected 1s to 24h, found `" + node.text + "`");
  }
  return within;
}

/// Units as systemd names them; ".service" may be left out.
Result<std::vector<std::string>> read_units(const Node& node, const std::string& file) {
  TRY(std::vector<std::string> units, read_words(node, file));
  if (units.size() > kNeverRestartMax) {
    return complain(file, node.place, "expected at most 32 units");
  }
  for (const auto& unit : units) {
    const bool fits = std::ranges::all_of(unit, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view(":_.@-").contains(c);
    });
    if (unit.empty() || unit.front() == '-' || !fits) {
      return complain(file, node.place,
                      "expected names of units such as `postgresql`, found `" + unit + "`");
    }
  }
  return units;
}

/// `needed` or another word, which the key allows.
Result<std::string> read_choice(const Node& node, const std::string& file, Keys other) {
  TRY(std::string choice, read_text(node, file));
  if (choice == "needed" || choice == "never" || choice == other) return choice;
  return complain(file, node.place,
                  "expected `needed`" + (other.empty() ? "" : ", `" + std::string(other) + "`") +
                      " or `never`, found `" + choice + "`");
}

Status read_never(const Fields& fields, const std::string& file, RestartStep& restart) {
  const Node* never = fields.find("never_restart");
  if (never == nullptr) return {};
  TRY(restart.never, read_units(*never, file));
  return {};
}

/// `patch`, and what `restart: needed` means: a step of its own behind it.
Result<std::vector<Step>> read_patch(const Node& node, const std::string& file) {
  static constexpr std::array<Keys, 4> kKeys = {"packages", "within", "restart", "never_restart"};
  TRY(const Fields fields, Fields::open(node, file, kKeys));
  TRY(const Node* packages, fields.need("packages"));
  TRY(const std::string choice, read_text(*packages, file));
  if (choice != "security" && choice != "all") {
    return complain(file, packages->place, "expected `security` or `all`, found `" + choice + "`");
  }
  std::vector<Step> steps = {
      {.task = PatchStep{choice == "all" ? PackageChoice::All : PackageChoice::Security}}};
  if (const Node* within = fields.find("within")) {
    TRY(steps.front().within, read_within(*within, file));
  }
  RestartStep restart;
  TRY_STATUS(read_never(fields, file, restart));
  const Node* when = fields.find("restart");
  if (when == nullptr) {
    if (const Node* never = fields.find("never_restart")) {
      return complain(file, never->place, "`never_restart` needs `restart: needed`");
    }
    return steps;
  }
  TRY(const std::string wanted, read_choice(*when, file, {}));
  if (wanted == "needed") steps.push_back({.task = std::move(restart), .within = kRestartTime});
  return steps;
}

Result<std::vector<Step>> read_restart(const Node& node, const std::string& file) {
  static constexpr std::array<Keys, 3> kKeys = {"when", "never_restart", "within"};
  static constexpr std::array<Keys, 1> kLater = {"units"};
  TRY(const Fields fields, Fields::open(node, file, kKeys, kLater));
  TRY(const Node* when, fields.need("when"));
  TRY(const std::string wanted, read_choice(*when, file, {}));
  Step step{.task = RestartStep{}, .within = kRestartTime};
  TRY_STATUS(read_never(fields, file, std::get<RestartStep>(step.task)));
  if (const Node* within = fields.find("within")) {
    TRY(step.within, read_within(*within, file));
  }
  if (wanted == "never") return std::vector<Step>{};
  return std::vector<Step>{std::move(step)};
}

Result<std::vector<Step>> read_reboot(const Node& node, const std::string& file) {
  static constexpr std::array<Keys, 2> kKeys = {"when", "within"};
  static constexpr std::array<Keys, 1> kLater = {"at_most"};
  TRY(const Fields fields, Fields::open(node, file, kKeys, kLater));
  TRY(const Node* when, fields.need("when"));
  TRY(const std::string wanted, read_choice(*when, file, "always"));
  Step step{.task = RebootStep{wanted == "always" ? RebootWhen::Always : RebootWhen::Needed},
            .within = kRebootTime};
  if (const Node* within = fields.find("within")) {
    TRY(step.within, read_within(*within, file));
  }
  if (wanted == "never") return std::vector<Step>{};
  return std::vector<Step>{step};
}

// `check` and `run` are an argv, alone or with a time limit.
template <class Task>
Result<std::vector<Step>> read_argv_step(const Node& node, const std::string& file) {
  static constexpr std::array<Keys, 2> kKeys = {"argv", "within"};
  static constexpr std::array<Keys, 3> kLater = {"http", "units", "postgres_lag"};
  Step step{.task = Task{}, .within = std::chrono::minutes(3)};
  const Node* argv = &node;
  if (node.kind == Node::Kind::Map) {
    TRY(const Fields fields, Fields::open(node, file, kKeys, kLater));
    TRY(argv, fields.need("argv"));
    if (const Node* within = fields.find("within")) {
      TRY(step.within, read_within(*within, file));
    }
  }
  TRY(std::vector<std::string> words, read_words(*argv, file));
  if (words.size() > kArgumentsMax) return complain(file, argv->place, "expected at most 32 words");
  // A bare name is looked for in the system's own folders; anything between would depend on where
  // the task happens to stand.
  if (words.front().empty() || (!words.front().starts_with('/') && words.front().contains('/'))) {
    return complain(
        file, argv->place,
        "expected the name of a program or its absolute path, found `" + words.front() + "`");
  }
  if (const auto found = std::ranges::find_if(words, is_placeholder); found != words.end()) {
    return complain(file, argv->place, "`" + *found + "` is not yet supported");
  }
  step.task = Task{.argv = std::move(words)};
  return std::vector<Step>{std::move(step)};
}

}  // namespace

Result<std::vector<Step>> read_steps(const Node& node, const std::string& file) {
  static constexpr std::array<Keys, 5> kSteps = {"patch", "check", "run", "restart-service",
                                                 "reboot"};
  static constexpr std::array<Keys, 11> kLater = {
      "prefetch", "drain",  "silence",       "clean", "archive",          "backup",
      "restore",  "vacuum", "verify-backup", "ask",   "renew-certificate"};
  std::string name = node.text;
  if (node.kind == Node::Kind::Map && node.entries.size() == 1) name = node.entries[0].first.text;
  for (const Keys later : kLater) {
    if (name == later)
      return complain(file, node.place, "step `" + name + "` is not yet supported");
  }
  if (node.kind != Node::Kind::Map || node.entries.size() != 1) {
    return complain(file, node.place, "expected one step such as `patch: {packages: security}`");
  }
  const Node& body = node.entries[0].second;
  if (name == "patch") return read_patch(body, file);
  if (name == "check") return read_argv_step<CheckStep>(body, file);
  if (name == "restart-service") return read_restart(body, file);
  if (name == "reboot") return read_reboot(body, file);
  if (name == "run") return read_argv_step<RunStep>(body, file);
  const auto near = nearest(name, kSteps);
  return complain(
      file, node.place,
      "unknown step `" + name + "`" + (near ? "; did you mean `" + std::string(*near) + "`?" : ""));
}

}  // namespace mainstay::document
