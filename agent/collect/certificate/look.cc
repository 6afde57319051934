#include "agent/collect/certificate/look.h"

#include <algorithm>
#include <csignal>
#include <iterator>

#include "agent/collect/certificate/container.h"
#include "agent/collect/certificate/set_look.h"
#include "agent/collect/settings/settings_file.h"
#include "agent/collect/tool/answering.h"
#include "common/loop/clock.h"

namespace mainstay::agent::certificate {
namespace {

constexpr std::string_view kUsualFile = "/etc/mainstay/certificate.yaml";
// All ports together, so that a host whose servers hang is still told of its files.
constexpr Duration kPortsTimeMax = std::chrono::seconds(40);

Finding source_finding(std::string subject, std::string why, WallTime now) {
  return {.topic = Topic::Source,
          .judgement = Judgement::NotProved,
          .subject = std::move(subject),
          .text = std::move(why),
          .at = now,
          .readings = {}};
}

/// Both addresses of the machine, since each may have a server of its own; one that nobody listens
/// on says nothing if the other answers.
void ask_port(const ServePort& port, Instant deadline, std::vector<PortAnswer>& answers) {
  std::vector<PortAnswer> refused;
  bool is_answered = false;
  for (const Loopback address : {Loopback::V4, Loopback::V6}) {
    Greeting greeting{.address = address, .port = port.port, .sni = port.sni};
    greeting.time_max = std::min(greeting.time_max, deadline - loop::boottime_now());
    PortAnswer answer{.asked = port, .served = {.why = "was not asked: time is up"}};
    if (greeting.time_max > Duration(0)) answer.served = ask_served(greeting);
    if (answer.served.end == Served::End::Refused) {
      refused.push_back(std::move(answer));
    } else {
      answers.push_back(std::move(answer));
      is_answered = true;
    }
  }
  if (!is_answered) answers.push_back(std::move(refused[0]));
}

/// The folder of a pattern, else the path itself.
std::string walked_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return path.find_first_of("*?[", slash) == path.npos ? path : path.substr(0, slash + 1);
}

std::vector<std::string> walked_paths(const std::vector<CertificateSet>& sets) {
  std::vector<std::string> paths;
  for (const CertificateSet& set : sets) {
    for (const std::string& path : set.files) paths.push_back(walked_path(path));
    for (const std::string& path : set.roots) paths.push_back(walked_path(path));
  }
  return paths;
}

/// What all sets share.
struct Shared {
  WallTime now{};
  Instant deadline{};  // of all ports
  Answering answering;
  Roots roots = {};
};

/// Empty, or why nothing is known of this one.
std::string add_roots(const std::string& path, Answering& answering,
                      std::vector<Certificate>& roots) {
  if (const std::string why = answering.silence_of(walked_path(path)); !why.empty()) {
    return path + ": " + why;
  }
  const std::size_t before = roots.size();
  std::string unread;
  for (const WalkedFile& file : walk_files(path)) {
    const auto all = file.bytes
                         ? read_container(*file.bytes, "")
                         : Result<std::vector<Certificate>>(std::unexpected(file.bytes.error()));
    if (all) {
      roots.insert(roots.end(), all->begin(), all->end());
    } else if (file.is_named) {
      const std::string& why = all.error().detail;
      unread = (why.contains(file.path) ? "" : file.path + ": ") + why;
    }
  }
  if (unread.empty() && roots.size() == before) return path + ": holds no certificate";
  return unread;
}

/// Those that cannot be read are a finding, since a chain may end in them.
void read_roots(const CertificateSet& set, Shared& shared, SourceReport& report) {
  std::vector<Certificate> roots;
  std::string unread;
  for (const std::string& path : set.roots) {
    const std::string why = add_roots(path, shared.answering, roots);
    if (why.empty()) continue;
    report.findings.push_back(source_finding(set.name, "roots: " + why, shared.now));
    unread = why;
  }
  shared.roots.name(std::move(roots), std::move(unread));
}

std::vector<WalkedFile> walk_set(const CertificateSet& set, Answering& answering) {
  std::vector<WalkedFile> files;
  for (const std::string& path : set.files) {
    if (const std::string why = answering.silence_of(walked_path(path)); !why.empty()) {
      files.push_back({.path = path, .bytes = fail(Fault::Unavailable, why), .is_named = true});
      continue;
    }
    std::vector<WalkedFile> some = walk_files(path);
    if (some.empty()) {
      some.push_back({.path = path, .bytes = fail(Fault::Unavailable, "holds no certificate")});
    }
    files.insert(files.end(), std::make_move_iterator(some.begin()),
                 std::make_move_iterator(some.end()));
  }
  return files;
}

void take(SetFindings made, WallTime now, SourceReport& report) {
  for (Finding& finding : made.findings) report.findings.push_back(std::move(finding));
  if (made.was_cut) {
    report.findings.push_back(
        source_finding("certificate", "more than 256 certificates; not all were looked at", now));
  }
  if (!made.first_end) return;
  const std::int64_t left = std::chrono::floor<std::chrono::seconds>(*made.first_end - now).count();
  if (report.facts.empty()) report.facts.push_back({.fact = Fact::CertificateLeft, .value = left});
  report.facts[0].value = std::min(report.facts[0].value, left);
}

void look_at_set(const CertificateSet& set, Shared& shared, SourceReport& report) {
  const WallTime now = shared.now;
  auto password = load_secret(set.secret);
  if (!password) {
    report.findings.push_back(source_finding(set.name, password.error().detail, now));
    password = std::string();
  }
  FilesRead files = read_walked(walk_set(set, shared.answering), *password, now);
  std::vector<PortAnswer> answers;
  for (const ServePort& port : set.serve) ask_port(port, shared.deadline, answers);
  read_roots(set, shared, report);
  take(judge_set(set, std::move(files), answers,
                 {.span = {.now = now, .warn = set.warn}, .roots = shared.roots}),
       now, report);
}

/// What most hosts that have certificates of their own have, and nobody has written down.
void look_at_usual(WallTime now, Answering answering, SourceReport& report) {
  const CertificateSet set{.name = "usual"};
  constexpr const char* kUsualFolder = "/etc/letsencrypt";
  if (const std::string why = answering.silence_of(kUsualFolder); !why.empty()) {
    report.findings.push_back(source_finding(kUsualFolder, why, now));
    return;
  }
  FilesRead files = read_walked(
      walk_nested({.base = kUsualFolder, .folder = "live", .name = "fullchain.pem"}), "", now);
  const Roots roots;
  take(judge_set(set, std::move(files), {},
                 {.span = {.now = now, .warn = set.warn}, .roots = roots}),
       now, report);
}

/// Takes `--state DIR` away from the end; empty if it is not there.
std::string take_state(std::vector<std::string>& words) {
  if (words.size() < 2 || words[words.size() - 2] != "--state") return {};
  std::string state = words.back();
  words.resize(words.size() - 2);
  return state;
}

}  // namespace

Status look_at_certificates(const std::vector<std::string>& words, WallTime now,
                            SourceReport& report) {
  std::vector<std::string> rest = words;
  const std::string state = take_state(rest);
  TRY(const SettingsFile file, settings_file_of(rest, kUsualFile));
  report.source = Source::Certificate;
  // A server that goes away in the middle is an answer, not the end of this program.
  (void)std::signal(SIGPIPE, SIG_IGN);
  const auto node = load_settings(file);
  if (!node) {
    report.findings.push_back(source_finding("certificate", node.error().detail, now));
    return {};
  }
  if (!*node) {
    look_at_usual(now, Answering(state), report);
    return {};
  }
  const auto sets = read_certificate_settings(**node, file.path);
  if (!sets) {
    report.findings.push_back(source_finding("certificate", sets.error().detail, now));
    return {};
  }
  Shared shared{
      .now = now, .deadline = loop::boottime_now() + kPortsTimeMax, .answering = Answering(state)};
  shared.answering.ask(walked_paths(*sets));
  for (const CertificateSet& set : *sets) look_at_set(set, shared, report);
  return {};
}

}  // namespace mainstay::agent::certificate
