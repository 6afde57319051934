#include "coordinator/cli/commands.h"

#include "coordinator/core/vulnerability/deadline.h"

namespace mainstay::cli {

namespace {

using Kind = Argument::Kind;

constexpr Argument need(std::string_view name, std::string_view help) {
  return {.kind = Kind::Positional, .name = name, .help = help, .required = true};
}
constexpr Argument may(std::string_view name, std::string_view help) {
  return {.kind = Kind::Positional, .name = name, .help = help, .required = false};
}
constexpr Argument option(std::string_view name, std::string_view help) {
  return {.kind = Kind::Option, .name = name, .help = help, .required = false};
}
constexpr Argument need_option(std::string_view name, std::string_view help) {
  return {.kind = Kind::Option, .name = name, .help = help, .required = true};
}
constexpr Argument flag(std::string_view name, std::string_view help) {
  return {.kind = Kind::Flag, .name = name, .help = help, .required = false};
}
constexpr Argument several(std::string_view name, std::string_view help) {
  return {.kind = Kind::Positionals, .name = name, .help = help, .required = true};
}

constexpr Argument kHost = need("HOST", "the host's id");
constexpr Argument kReason = need_option("reason", "TEXT why; kept in the audit chain");
constexpr Argument kWhy = option("reason", "TEXT why; kept in the audit chain");
constexpr Argument kRollout = need("ROLLOUT", "R-1, or the plan's name");
constexpr Argument kExpect =
    option("expect-hosts", "N go on without asking if it is N hosts, else exit 3");
constexpr Argument kExpectPlan =
    option("expect", "P-ID go on without asking if it is this plan, else exit 3");

void add_set_up(std::vector<CommandEntry>& all) {
  all.push_back(
      {"init",
       "make a fleet: keys, roster, store, configuration",
       "mainstay init --system --fleet acme --operator ana --agent-key ~/.ssh/id_ed25519.pub\n"
       "mainstay init --directory /srv/m --fleet acme --operator ana --key-file ~/ana.pem "
       "--listen tcp://10.0.0.1:7439 --gate tcp://10.0.0.1:7440 --enrolment tcp://10.0.0.1:7441",
       {option("directory", "FOLDER of the coordinator; made if it is not there"),
        flag("system", "for the packages' services: /etc/mainstay, /var/lib/mainstay; as root"),
        need_option("fleet", "NAME of the fleet"),
        need_option("operator", "NAME of the first operator, an admin"),
        option("agent-key", "KEY public ssh-ed25519 key, or its file; ssh-agent signs"),
        option("key-file", "FILE a new encrypted key is made there"),
        option("listen", "ENDPOINT gates and operators dial (tcp://127.0.0.1:7439)"),
        option("gate", "ENDPOINT hosts dial (tcp://127.0.0.1:7440)"),
        option("enrolment", "ENDPOINT new hosts dial (tcp://127.0.0.1:7441)"),
        option("gate-program", "FILE of mainstay-gate (/usr/libexec/mainstay/mainstay-gate)"),
        option("recovery-file", "FILE where the recovery key is written"),
        option("grace", "TIME to listen after a start before granting (15s)"),
        option("permit-lifetime", "TIME a permit lasts (120s)"),
        option("beacon-interval", "TIME between beacons (10s)")}});
  all.push_back({"operator list", "who may do what", "mainstay operator list"});
  all.push_back(
      {"operator add",
       "admit an operator: a new roster, signed",
       "mainstay operator add ben --key ~/ben.pub --link-key HEX --role operator\n"
       "mainstay operator add ci --key 'ssh-ed25519 AAAA...' --link-key HEX --role enroller",
       {need("NAME", "of the operator"),
        need_option("key", "KEY ssh-ed25519 line or file, or 64 hexadecimal digits"),
        need_option("link-key", "HEX public link key, as `mainstay operator key` prints it"),
        need_option("role", "ROLE viewer, operator, approver, admin or enroller"),
        option("scope", "SELECTOR over labels; signatures count for those hosts only"),
        option("valid", "TIME until it expires (365d)"),
        flag("replace", "in place of the operator of this name")}});
  all.push_back({"operator remove",
                 "a roster without this operator",
                 "mainstay operator remove ben",
                 {need("NAME", "of the operator")}});
  all.push_back({"operator key",
                 "make a link key of your own, for another to admit",
                 "mainstay operator key --file ~/.config/mainstay/link.key",
                 {need_option("file", "FILE the secret half is written to")}});
  all.push_back(
      {"token create",
       "admit one host: labels certified, secret good once",
       "mainstay token create web-1 --labels region=eu,role=web,cluster=web-1 -f web-1.token\n"
       "mainstay token create web-1 --labels region=eu --replace -f web-1.token",
       {kHost, need_option("labels", "K=V,... certified for this host"),
        option("f,file", "FILE for the token, mode 0600 (HOST.token)"),
        flag("replace", "the host was enrolled before; its old keys are revoked"),
        option("valid", "TIME until it expires (1h)")}});
  all.push_back({"token list", "tokens given out", "mainstay token list"});
  all.push_back(
      {"token remove", "void the open token of a host", "mainstay token remove web-1", {kHost}});
}

void add_hosts(std::vector<CommandEntry>& all) {
  all.push_back(
      {"host list",
       "all hosts, or those that a selector names",
       "mainstay host list\nmainstay host list --where 'role = web and patch.security > 0'\n"
       "mainstay host list --where 'disk.free_percent < 10' "
       "--columns region,disk.free_percent,backup.age --sort disk.free_percent",
       {option("where", "SELECTOR over labels and facts"),
        option("columns", "NAMES of labels and facts to show, separated by commas"),
        option("sort", "NAME of a label or fact; -NAME for the greatest first")}});
  all.push_back({"host show", "all about one host", "mainstay host show web-1", {kHost}});
  all.push_back({"host label",
                 "certify labels anew, given ones changed, the others kept",
                 "mainstay host label web-1 env=prod cluster=web-2\nmainstay host label web-1 env=",
                 {kHost, several("LABELS", "name=value; an empty value removes")}});
  all.push_back(
      {"host park",
       "leave a host out for a while, on purpose",
       "mainstay host park web-1 --until 4h --reason 'disk change'\n"
       "mainstay host park web-1 --until now --reason 'done early'",
       {kHost, need_option("until", "TIME from now (4h, 2d), or `now` to unpark"), kReason}});
  all.push_back({"host recheck",
                 "you repaired it: look again, no approval needed",
                 "mainstay host recheck web-1",
                 {kHost}});
  all.push_back({"host remove",
                 "it will not come back",
                 "mainstay host remove web-1 --reason 'scrapped'",
                 {kHost, kReason, kExpect}});
  all.push_back({"explain",
                 "what a host waits for, and what would free it",
                 "mainstay explain web-us-2\nmainstay explain N-3184",
                 {need("HOST", "the host's id, or a need's as `status` shows it")}});
  all.push_back({"logs",
                 "the output of a host's task",
                 "mainstay logs web-1\nmainstay logs P-7f3a9c/0/web-1/1",
                 {need("WHAT", "a host (its last attempt) or an attempt")}});
}

void add_plans(std::vector<CommandEntry>& all) {
  all.push_back({"plan",
                 "resolve a plan and show what it would do",
                 "mainstay plan november.yaml\n"
                 "mainstay plan november.yaml -o markdown    # for the change record",
                 {need("FILE", "the plan")}});
  all.push_back({"plan show",
                 "a plan that was made before",
                 "mainstay plan show P-7f3a9c -o yaml\nmainstay plan show P-7f3a9c -o markdown",
                 {need("PLAN", "P-id or name")}});
  all.push_back({"plan list", "plans the centre knows", "mainstay plan list"});
  all.push_back({"approve",
                 "check every part of a plan here, and sign it; or a statement that waits",
                 "mainstay approve P-7f3a9c --start\nmainstay approve P-7f3a9c --expect-hosts 405\n"
                 "mainstay approve C-7",
                 {need("PLAN", "P-id or name, or the C-number of a statement that waits"),
                  flag("start", "and start it"), kExpect, kExpectPlan}});
  all.push_back({"start",
                 "start an approved plan",
                 "mainstay start P-7f3a9c",
                 {need("PLAN", "P-id or name")}});
  all.push_back(
      {"apply",
       "plan, show, ask, sign, start and watch",
       "mainstay apply november.yaml\nmainstay apply november.yaml --expect-hosts 405 --no-watch",
       {need("FILE", "the plan"), flag("no-watch", "come back once it is started"), kExpect}});
  all.push_back({"run",
                 "run a command on hosts, read-only, equal answers folded",
                 "mainstay run --targets 'role = web' -- ss -ltn\n"
                 "mainstay run --targets 'role = web' --within 10s -- uname -r",
                 {need_option("targets", "SELECTOR which hosts; never all by default"),
                  flag("read-only", "no writes, no network (the default)"),
                  option("within", "TIME limit of the command (1m)"), kExpect,
                  several("ARGV", "the command, after --")}});
}

// The help of `cve` says so.
static_assert(coordinator::kTimeToMend ==
              std::array<Duration, coordinator::kHasteCount>{
                  std::chrono::hours(72), std::chrono::days(7), std::chrono::days(30)});

void add_vulnerabilities(std::vector<CommandEntry>& all) {
  all.push_back(
      {"cve",
       "who is vulnerable, what would end it, and of whom it is not known",
       "mainstay cve\nmainstay cve --where 'env = prod'\nmainstay cve CVE-2026-31337\n"
       "mainstay cve CVE-2026-31337 --hosts",
       {may("CVE",
            "its number; without it all that a host is vulnerable to, with deadlines: "
            "72 h from when a fix was first known here if it is exploited, 7 d if it is "
            "critical, 30 d else"),
        option("where", "SELECTOR over labels and facts; without it all hosts"),
        flag("hosts", "of one CVE: each host that is vulnerable, or of which it is not known")}});
  all.push_back(
      {"vulnerability import",
       "bring a list of vulnerabilities to the centre, in place of the one of its name",
       "mainstay vulnerability import debian-tracker.json\n"
       "curl -sf https://security-tracker.debian.org/tracker/data/json | "
       "mainstay vulnerability import -\n"
       "mainstay vulnerability import osv/*.json\n"
       "mainstay vulnerability import known_exploited_vulnerabilities.json",
       {several("FILE",
                "Debian security tracker (JSON), OSV (JSON), OVAL (XML), exploited ones (CISA's "
                "JSON, or numbers one a line), a scanner's findings (CSV); - is standard input"),
        flag("replace", "also where the list at the centre knows more than twice as much")}});
  all.push_back({"vulnerability list",
                 "the lists that are here, how old they are, and what they know",
                 "mainstay vulnerability list"});
  all.push_back({"vulnerability remove",
                 "let a list count no more",
                 "mainstay vulnerability remove osv-debian",
                 {need("LIST", "its name, as `vulnerability list` shows it")}});
}

void add_rollouts(std::vector<CommandEntry>& all) {
  all.push_back({"status",
                 "the fleet in one screen, worst first",
                 "mainstay status\nmainstay status --check\nmainstay status --snoozed",
                 {flag("check", "exit 5 if anything needs a person"),
                  flag("snoozed", "what was put off, until when and by whom")}});
  all.push_back({"snooze",
                 "put a need off until a day; it wakes by itself if it grows",
                 "mainstay snooze N-3184 --until 2026-12-01 --reason 'disk change CHG0041902'\n"
                 "mainstay snooze N-3184 --until now",
                 {need("NEED", "its number, as `status` shows it"),
                  need_option("until", "DAY (2026-12-01), TIME from now (7d), or `now` to wake it"),
                  option("reason", "TEXT why; kept in the audit chain")}});
  all.push_back({"report",
                 "what hosts found in themselves, worst first, with deadlines",
                 "mainstay report backup\nmainstay report capacity --where 'region = eu'\n"
                 "mainstay report certificate -o json",
                 {need("WHAT", "patch, backup, certificate, capacity, cleanup or service"),
                  option("where", "SELECTOR over labels and facts; without it all hosts")}});
  all.push_back({"watch",
                 "follow a rollout; it goes on without you",
                 "mainstay watch R-118\nmainstay watch R-118 --once -o json",
                 {kRollout, flag("once", "show how it stands now, and come back")}});
  all.push_back({"pause",
                 "start nothing more in a rollout for now",
                 "mainstay pause R-118 --reason 'error rate'",
                 {kRollout, kWhy}});
  all.push_back(
      {"resume", "go on with a paused rollout", "mainstay resume R-118", {kRollout, kWhy}});
  all.push_back({"abort",
                 "end a rollout: running steps finish, nothing new starts",
                 "mainstay abort R-118 --reason 'wrong packages'",
                 {kRollout, kWhy}});
  all.push_back({"retry",
                 "give a failed host of a rollout another attempt",
                 "mainstay retry R-118 web-1",
                 {kRollout, kHost}});
  all.push_back({"skip",
                 "leave a host out of a rollout",
                 "mainstay skip R-118 web-1 --reason 'being rebuilt'",
                 {kRollout, kHost, kReason}});
  all.push_back({"stop",
                 "end all starts on all hosts, or lift that",
                 "mainstay stop --fleet --reason 'INC-2291'\nmainstay stop --lift --reason "
                 "'INC-2291 is over'",
                 {flag("fleet", "yes, all hosts"), flag("lift", "let starts happen again"), kWhy}});
  all.push_back({"ledger", "who is out of service, against which limits", "mainstay ledger"});
  all.push_back({"ledger release",
                 "give a slot back without proof of health (approver)",
                 "mainstay ledger release web-1 --reason 'accepted: 1 of 3'",
                 {kHost, kReason}});
  all.push_back({"audit verify", "recompute the audit chain, compare with what hosts saw",
                 "mainstay audit verify"});
  all.push_back({"audit show",
                 "the records of the audit chain",
                 "mainstay audit show --from 100",
                 {option("from", "N first number (1)")}});
  all.push_back({"completion",
                 "a script for the shell to complete words",
                 "mainstay completion bash > /usr/share/bash-completion/completions/mainstay",
                 {need("SHELL", "bash")}});
  all.push_back(
      {"manual", "the manual page", "mainstay manual > /usr/share/man/man1/mainstay.1", {}});
}

}  // namespace

const std::vector<CommandEntry>& command_entries() {
  static const std::vector<CommandEntry> kEntries = [] {
    std::vector<CommandEntry> all;
    add_rollouts(all);
    add_vulnerabilities(all);
    add_plans(all);
    add_hosts(all);
    add_set_up(all);
    return all;
  }();
  return kEntries;
}

std::vector<Argument> common_arguments() {
  return {option("config", "FILE client.conf ($MAINSTAY_CONFIG, ~/.config/mainstay/client.conf)"),
          option("o,output", "FORM text or json; plan also markdown")};
}

std::vector<Argument> arguments_of(const CommandEntry& entry) {
  std::vector<Argument> all = entry.arguments;
  if (entry.path == "completion" || entry.path == "manual") return all;
  for (const Argument& common : common_arguments()) all.push_back(common);
  return all;
}

std::string synopsis_of(const Argument& argument) {
  const std::string name(argument.name.substr(argument.name.find(',') + 1));
  std::string text;
  switch (argument.kind) {
    case Argument::Kind::Positional:
      text = name;
      break;
    case Argument::Kind::Positionals:
      return name + " ...";
    case Argument::Kind::Flag:
      text = "--" + name;
      break;
    case Argument::Kind::Option:
      text = "--" + name + " " + std::string(argument.help.substr(0, argument.help.find(' ')));
      break;
  }
  return argument.required ? text : "[" + text + "]";
}

std::string synopsis_of(const CommandEntry& entry) {
  std::string text = "mainstay " + std::string(entry.path);
  // What stands by its place first, the words of a command to run last.
  for (const bool rest : {false, true}) {
    for (const Argument& argument : entry.arguments) {
      if ((argument.kind == Kind::Positionals) != rest) continue;
      text += (argument.name == "ARGV" ? " -- " : " ") + synopsis_of(argument);
    }
  }
  return text;
}

std::string_view group_help(std::string_view group) {
  if (group == "host") return "hosts of the fleet";
  if (group == "operator") return "who may do what";
  if (group == "token") return "admit hosts";
  if (group == "vulnerability") return "lists of vulnerabilities, for `mainstay cve`";
  if (group == "audit") return "the chain of what was done";
  return "";
}

}  // namespace mainstay::cli
