#include "agent/apt/options.h"

#include <array>
#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

namespace mainstay::apt {

const char* const kUsage =
    "usage: mainstay-apt list      [--root DIR] [--sources]\n"
    "       mainstay-apt installed [--root DIR]\n"
    "       mainstay-apt preflight [--root DIR] [--lock-wait SECONDS] [SET]\n"
    "       mainstay-apt holds     [--root DIR] NAME:ARCH ...\n"
    "       mainstay-apt simulate  [--root DIR] --security | --all | SET\n"
    "       mainstay-apt verify    [--root DIR] SET\n"
    "       mainstay-apt apply     [--root DIR] [--refresh] [--lock-wait SECONDS] SET\n"
    "       mainstay-apt apply     [--root DIR] --refresh [--lock-wait SECONDS]\n"
    "SET is NAME:ARCH=VERSION ... or --set FILE (- for standard input), words between white "
    "space\n";

const char* const kAbout =
    "mainstay-apt - what apt and dpkg know and do, as one JSON object on standard output\n"
    "\n"
    "The agent starts it to look, mainstay-exec to apply what operators signed. By hand, all but\n"
    "`apply` only look, and need no root:\n"
    "  mainstay-apt list                     which updates wait on this machine\n"
    "  mainstay-apt simulate --security      what a patch of them would install\n"
    "\n"
    "exit: 0 ok - 2 wrong use - 10 another set - 11 no dpkg there - 12 locked - 13 half "
    "configured\n"
    "      14 repository unreachable - 15 would remove - 16 install failed - 17 no room\n"
    "\n";

namespace {

using Entry = std::pair<std::string_view, Verb>;
constexpr std::array kVerbs{
    Entry{"list", Verb::List},           Entry{"simulate", Verb::Simulate},
    Entry{"holds", Verb::Holds},         Entry{"installed", Verb::Installed},
    Entry{"preflight", Verb::Preflight}, Entry{"verify", Verb::Verify},
    Entry{"apply", Verb::Apply}};

bool takes_set(Verb verb) {
  return verb == Verb::Simulate || verb == Verb::Holds || verb == Verb::Verify ||
         verb == Verb::Preflight || verb == Verb::Apply;
}

bool waits(Verb verb) {
  return verb == Verb::Preflight || verb == Verb::Apply;
}

/// Reads one byte more than allowed, so that parse_set sees that it is too long.
std::optional<std::string> read_set_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) return std::nullopt;
  std::string text(kSetBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::optional<std::chrono::seconds> parse_wait(const std::string& text) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (seconds < 0 || std::chrono::seconds(seconds) > kLockWaitMax) return std::nullopt;
  return std::chrono::seconds(seconds);
}

/// An option with a value; false: the value is no good.
bool take_value(Options& options, std::string& set, const std::string& name,
                const std::string& value) {
  if (name == "--root") {
    options.root = value;
    return !value.empty();
  }
  if (name == "--set") {
    const auto text = read_set_file(value);
    if (text) set += *text + "\n";
    return text.has_value();
  }
  const auto wait = parse_wait(value);
  if (wait) options.lock_wait = *wait;
  return wait.has_value();
}

Outcome<Options> check(Options options) {
  const bool asks_targets = options.targets != Targets::Given;
  if (!takes_set(options.verb) && !options.set.empty()) {
    return refuse(ExitCode::Usage, to_text(options.verb) + " takes no packages");
  }
  // Without a set `apply --refresh` fetches the lists and is done, and preflight forgives nothing.
  const bool needs_none = options.verb == Verb::Preflight ||
                          (options.verb == Verb::Apply && options.refresh == Refresh::Yes);
  if (takes_set(options.verb) && options.set.empty() != asks_targets && !needs_none) {
    return refuse(ExitCode::Usage, "name either packages or what to look for");
  }
  if (asks_targets && options.verb != Verb::Simulate) {
    return refuse(ExitCode::Usage, "--security and --all belong to simulate");
  }
  if (options.refresh == Refresh::Yes && options.verb != Verb::Apply) {
    return refuse(ExitCode::Usage, "--refresh belongs to apply");
  }
  if (options.sources == Sources::Yes && options.verb != Verb::List) {
    return refuse(ExitCode::Usage, "--sources belongs to list");
  }
  if (options.lock_wait.count() != 0 && !waits(options.verb)) {
    return refuse(ExitCode::Usage, "--lock-wait belongs to preflight and apply");
  }
  return options;
}

}  // namespace

std::string to_text(Verb verb) {
  for (const auto& [name, value] : kVerbs) {
    if (value == verb) return std::string(name);
  }
  return {};
}

Outcome<Options> parse_options(const std::vector<std::string>& words) {
  Options options;
  if (words.empty()) return refuse(ExitCode::Usage, "a verb is missing");
  bool known = false;
  for (const auto& [name, verb] : kVerbs) {
    if (words[0] != name) continue;
    options.verb = verb;
    known = true;
  }
  if (!known) return refuse(ExitCode::Usage, "unknown verb");
  std::string set;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--root" || word == "--set" || word == "--lock-wait") {
      if (i + 1 == words.size() || !take_value(options, set, word, words[i + 1])) {
        return refuse(ExitCode::Usage, word + ": its value is missing or no good");
      }
      ++i;
    } else if (word == "--security" && options.targets == Targets::Given) {
      options.targets = Targets::Security;
    } else if (word == "--all" && options.targets == Targets::Given) {
      options.targets = Targets::All;
    } else if (word == "--refresh") {
      options.refresh = Refresh::Yes;
    } else if (word == "--sources") {
      options.sources = Sources::Yes;
    } else if (word.starts_with("-")) {
      return refuse(ExitCode::Usage, "unknown or repeated option " + word);
    } else {
      set += word + "\n";
    }
  }
  const auto version = options.verb == Verb::Holds ? VersionPart::Optional : VersionPart::Required;
  auto packages = parse_set(set, version);
  if (!packages) return refuse(ExitCode::Usage, packages.error().detail);
  options.set = std::move(*packages);
  return check(std::move(options));
}

}  // namespace mainstay::apt
