// mainstay-agent: see --help.
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/shell/agent_process.h"
#include "agent/shell/enrolment.h"
#include "agent/shell/heap.h"
#include "agent/shell/show.h"
#include "agent/shell/words.h"
#include "common/core/escape.h"
#include "common/loop/clock.h"
#include "common/loop/file_lock.h"
#include "common/loop/files.h"
#include "common/loop/notify.h"
#include "common/observe/text_log.h"
#include "common/plan/key_lines.h"

namespace {

using namespace mainstay;
using namespace mainstay::agent;

int complain(std::string_view words, int code) {
  std::fprintf(stderr, "mainstay-agent: %.*s\n", static_cast<int>(words.size()), words.data());
  return code;
}

int exit_of(const Error& error) {
  switch (error.fault) {
    case Fault::Denied:
      return 3;
    case Fault::Unavailable:
      return 6;
    case Fault::Malformed:
      return 2;
    case Fault::Stale:
    case Fault::Corrupt:
      break;
  }
  return 1;
}

int run_agent(const AgentConfig& config, observe::TextLog& log) {
  const auto enrolment = load_enrolment(config);
  if (!enrolment.has_value()) return complain(enrolment.error().detail, 1);
  if (!enrolment->has_value()) {
    return complain(
        "this host is not enrolled: make a token with `mainstay token create HOST`, "
        "then run `mainstay-agent enrol --config FILE --token FILE`",
        1);
  }
  const auto machine = machine_digest(config);
  if (!machine.has_value()) return complain(machine.error().detail, 1);
  if (*machine != (*enrolment)->machine) {
    return complain("this is not the machine that enrolled as " + (*enrolment)->host.text() +
                        ": a copy must enrol with a token of its own",
                    1);
  }
  const auto keys = link_keys(config);
  if (!keys.has_value()) return complain(keys.error().detail, 1);
  auto context = fabric::Context::create({.sockets_max = 16});
  if (!context.has_value()) return complain(context.error().detail, 1);
  loop::Loop loop;
  loop::Notify notify(loop);
  const loop::Signal terminate(loop, SIGTERM, [&] { loop.stop(); });
  const loop::Signal interrupt(loop, SIGINT, [&] { loop.stop(); });
  AgentProcess process({.loop = loop, .context = **context, .log = log}, config, **enrolment,
                       *keys);
  if (const auto started = process.start(); !started.has_value()) {
    return complain(started.error().detail, 1);
  }
  notify.ready();
  loop.run();
  log.event(Level::Info, "agent.ended", {});
  return 0;
}

int run_enrol(const AgentConfig& config, const Words& words, std::string token,
              observe::TextLog& log) {
  EnrolOptions options{
      .config = config, .token = std::move(token), .token_file = words.options.at("--token")};
  if (const auto wait = words.options.find("--wait"); wait != words.options.end()) {
    int seconds = 0;
    const char* end = wait->second.data() + wait->second.size();
    const auto read = std::from_chars(wait->second.data(), end, seconds);
    if (read.ec != std::errc{} || read.ptr != end || seconds < 1 || seconds > 86'400) {
      return complain(
          "--wait: expected 1 to 86400 seconds, found `" + escape_for_terminal(wait->second) + "`",
          2);
    }
    options.time_max = std::chrono::seconds(seconds);
  }
  const auto enrolled = enrol(options, log);
  if (!enrolled.has_value()) return complain(enrolled.error().detail, exit_of(enrolled.error()));
  std::puts(enrolled->c_str());
  return 0;
}

int run_show(const AgentConfig& config, ShowAs as) {
  const auto text = show(config, loop::walltime_now(), as);
  if (!text.has_value()) return complain(text.error().detail, 1);
  std::fputs(text->c_str(), stdout);
  return 0;
}

Status refuse_root() {
  return fail(Fault::Denied,
              "refuses to run as root, because it reads what the network sends: run it as the user "
              "that owns its state directory (for tests: allow_root: yes)");
}

/// What is enrolled belongs to the user that the agent runs as; made by root, it could not read it.
Status become_owner(const std::string& folder) {
  struct stat owner{};
  if (::stat(folder.c_str(), &owner) != 0 || owner.st_uid == 0) {
    return fail(Fault::Denied, folder + ": expected this folder to belong to the agent's user: " +
                                   "install -d -m 700 -o mainstay-agent -g mainstay-agent " +
                                   folder);
  }
  // The group of the user, not of the folder: the executor's socket is opened to it.
  const passwd* user = ::getpwuid(owner.st_uid);
  const gid_t group = user == nullptr ? owner.st_gid : user->pw_gid;
  if (::setgroups(0, nullptr) != 0 || ::setgid(group) != 0 || ::setuid(owner.st_uid) != 0) {
    return fail(Fault::Denied, "cannot become the owner of " + folder);
  }
  return {};
}

int serve(const Words& words) {
  const std::string& path = words.options.at("--config");
  const auto config = read_agent_config(path);
  if (!config.has_value()) {
    const bool is_missing = ::access(path.c_str(), F_OK) != 0;
    return complain(config.error().detail + (is_missing ? "; name it by --config FILE" : ""), 2);
  }
  if (words.verb == "show") {
    return run_show(*config, words.options.contains("-o") ? ShowAs::Json : ShowAs::Text);
  }
  std::string token;
  if (words.verb == "enrol") {
    // Before privileges go: a token is often root's.
    const auto text = loop::read_file(words.options.at("--token"), kKeyLinesBytesMax);
    if (!text.has_value()) return complain(text.error().detail, 2);
    token = std::string(as_text(*text));
  }
  if (::geteuid() == 0 && !config->allow_root) {
    const Status lowered =
        words.verb == "enrol" ? become_owner(config->state_directory) : refuse_root();
    if (!lowered.has_value()) return complain(lowered.error().detail, 2);
  }
  ::umask(077);
  ::mkdir(config->state_directory.c_str(), 0700);
  const auto lock = loop::FileLock::take(config->state_directory + "/lock");
  if (!lock.has_value()) {
    return complain("mainstay-agent already runs here: " + lock.error().detail, 1);
  }
  observe::TextLog log({.level_min = config->log_level});
  return words.verb == "enrol" ? run_enrol(*config, words, std::move(token), log)
                               : run_agent(*config, log);
}

}  // namespace

int main(int argc, char** argv) {
  keep_heap_small();
  const std::string_view first = argc > 1 ? argv[1] : "";
  const std::span arguments(argv + 1, static_cast<std::size_t>(std::max(argc - 1, 0)));
  if (asks_help(arguments)) {
    const std::string_view help = agent_help();
    std::fwrite(help.data(), 1, help.size(), stdout);
    return 0;
  }
  if (first == "--version") {
    std::puts("mainstay-agent " MAINSTAY_VERSION);
    return 0;
  }
  const auto words = read_words(arguments);
  if (!words.has_value()) {
    return complain(words.error().detail + "; see mainstay-agent --help", 2);
  }
  return serve(*words);
}
