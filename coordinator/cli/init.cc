// mainstay init: operator's keys, the first roster, the coordinator's folder, client.conf.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "common/core/escape.h"
#include "common/core/span_text.h"
#include "common/crypto/key_file.h"
#include "common/crypto/signers.h"
#include "common/crypto/ssh_key.h"
#include "common/loop/clock.h"
#include "common/loop/files.h"
#include "common/plan/attempt.h"
#include "common/plan/trust.h"
#include "common/wire/open.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/remote.h"
#include "coordinator/cli/roster.h"
#include "coordinator/shell/initialise.h"
#include "coordinator/shell/link_key_file.h"

namespace mainstay::cli {

namespace {

constexpr std::string_view kSystemFolder = "/etc/mainstay";  // which the units name

std::string absolute(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

Status make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(Fault::Malformed, path + ": " + error.message());
  return {};
}

Status expect_absent(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return {};
  return fail(Fault::Denied, path + " is there already: nothing is overwritten; choose another " +
                                 "with --config, or move it away");
}

/// Typed twice where a person types it: a slip would make the key useless for ever.
Result<std::string> new_passphrase(Session& session, const std::string& question) {
  TRY(std::string words, passphrase(session.screen, question));
  const char* file = std::getenv("MAINSTAY_PASSPHRASE_FILE");
  if (file != nullptr && *file != '\0') return words;
  TRY(const std::string again, passphrase(session.screen, "The same again: "));
  if (words.empty() || words != again) {
    return fail(Fault::Malformed, "the two passphrases differ, or are empty: nothing was made");
  }
  return words;
}

/// The operator's key: one that the agent holds, or a new file.
Status prepare_key(Session& session, ClientConfig& config) {
  const std::string agent = session.call.text("agent-key");
  const std::string file = session.call.text("key-file");
  if (agent.empty() == file.empty()) {
    return fail(Fault::Malformed, "say who signs: either --agent-key KEY or --key-file FILE");
  }
  config.signs_by_agent = !agent.empty();
  if (config.signs_by_agent) {
    TRY(config.signing_key, read_ssh_line(agent));
    return {};
  }
  config.signing_key = absolute(file);
  std::error_code ignored;
  if (std::filesystem::exists(config.signing_key, ignored)) return {};  // made before: used
  TRY(const std::string words,
      new_passphrase(session, "A passphrase for " + config.signing_key + ": "));
  const Status saved = crypto::save_key(config.signing_key, crypto::SigningKey::generate(), words);
  if (!saved) return fail(Fault::Malformed, saved.error().detail);
  return {};
}

/// Protected by the operator's passphrase file where there is one: a script has nobody to ask.
Result<PublicKey> make_recovery_key(Session& session, const std::string& path) {
  const crypto::SigningKey key = crypto::SigningKey::generate();
  const char* file = std::getenv("MAINSTAY_PASSPHRASE_FILE");
  Status saved;
  if (session.screen.is_terminal() || (file != nullptr && *file != '\0')) {
    TRY(const std::string words, new_passphrase(session, "A passphrase for the recovery key: "));
    saved = crypto::save_key(path, key, words);
  } else {
    saved = crypto::save_key(path, key, std::nullopt);
  }
  if (!saved) return fail(Fault::Malformed, saved.error().detail);
  return key.public_key();
}

Result<Bytes> first_roster(Session& session, Signer& signer, const LinkKey& link,
                           const PublicKey& recovery) {
  Roster roster;
  const WallTime now = loop::walltime_now();
  roster.header.not_after = now + kRosterLifetime;
  roster.number = {1};
  roster.recovery = recovery;
  roster.operators.push_back({.name = session.call.text("operator"),
                              .key = signer.key(),
                              .link = link,
                              .role = Role::Admin,
                              .scope = {},
                              .expires = now + kRosterLifetime});
  TRY(const Bytes payload, encode_roster(roster));
  return seal(context::kRoster, payload, signer);
}

/// tcp://ADDRESS:PORT that others can dial: it goes into their configuration as it is.
Status expect_endpoint(const std::string& option, const std::string& endpoint) {
  const std::size_t colon = std::min(endpoint.rfind(':'), endpoint.size());
  const bool is_tcp = endpoint.starts_with("tcp://") && colon > 6;
  const std::string address = is_tcp ? endpoint.substr(6, colon - 6) : "";
  const std::string digits = is_tcp && colon < endpoint.size() ? endpoint.substr(colon + 1) : "";
  std::uint32_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  const bool is_port = read.ec == std::errc() && read.ptr == end && port >= 1 && port <= 65535;
  const bool is_plain = std::ranges::all_of(address, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
  if (address.empty() || !is_port || !is_plain) {
    return fail(Fault::Malformed, option + ": expected tcp://ADDRESS:PORT, found `" +
                                      escape_for_terminal(endpoint) + "`");
  }
  if (address == "0.0.0.0" || address == "[::]") {
    return fail(Fault::Malformed,
                option + ": others dial this address; name one of this machine's");
  }
  return {};
}

Status expect_span(const std::string& option, Duration value, Duration least, Duration most) {
  if (value >= least && value <= most) return {};
  return fail(Fault::Malformed, option + ": expected " + span_text(least) + " to " +
                                    span_text(most) + ", found " + span_text(value));
}

Status expect_sane(const coordinator::InitOptions& options) {
  TRY_STATUS(expect_endpoint("--listen", options.listen));
  TRY_STATUS(expect_endpoint("--gate", options.gate_listen));
  TRY_STATUS(expect_endpoint("--enrolment", options.enrolment_listen));
  if (options.listen == options.gate_listen || options.listen == options.enrolment_listen ||
      options.gate_listen == options.enrolment_listen) {
    return fail(Fault::Malformed, "--listen, --gate and --enrolment must differ");
  }
  using std::chrono::seconds;
  // Hosts start nothing by a beacon that is older than a minute.
  TRY_STATUS(expect_span("--beacon-interval", options.beacon_interval, seconds(1), seconds(20)));
  TRY_STATUS(
      expect_span("--permit-lifetime", options.permit_lifetime, seconds(10), kPermitLifetimeMax));
  return expect_span("--grace", options.grace, seconds(0), seconds(600));
}

Result<coordinator::InitOptions> options_of(const Session& session, Bytes roster) {
  const Invocation& call = session.call;
  coordinator::InitOptions options;
  const std::string folder = call.text("directory");
  if (folder.empty() != call.has("system")) {
    return fail(Fault::Malformed, "say where: either --directory FOLDER or --system");
  }
  options.layout = folder.empty() ? coordinator::Layout::System : coordinator::Layout::Folder;
  options.directory = folder.empty() ? std::string(kSystemFolder) : absolute(folder);
  options.fleet = call.text("fleet");
  options.roster = std::move(roster);
  options.now = loop::walltime_now();
  options.listen = call.text("listen", options.listen);
  options.gate_listen = call.text("gate", options.gate_listen);
  options.enrolment_listen = call.text("enrolment", options.enrolment_listen);
  options.gate_program = absolute(call.text("gate-program", options.gate_program));
  TRY(options.grace, call.duration("grace", options.grace));
  TRY(options.permit_lifetime, call.duration("permit-lifetime", options.permit_lifetime));
  TRY(options.beacon_interval, call.duration("beacon-interval", options.beacon_interval));
  return options;
}

/// The centre's own link key, for client.conf.
Result<LinkKey> centre_key(const std::string& directory) {
  TRY(const auto keys, coordinator::read_link_key(directory + "/keys/link.key"));
  return keys.key;
}

/// What to do next: start a process, or the services that the packages brought.
std::string start_text(const coordinator::InitOptions& options) {
  if (options.layout == coordinator::Layout::System) {
    return "systemctl enable --now mainstay-coordinator mainstay-gate mainstay-enrolment";
  }
  return "mainstay-coordinator --config " + options.directory + "/coordinator.conf";
}

constexpr std::string_view kNotMade = "no fleet was made";

struct Paths {
  std::string conf;
  std::string recovery;
};

Result<coordinator::InitOptions> make_fleet(Session& session, ClientConfig& config,
                                            const Paths& paths) {
  TRY(const std::unique_ptr<Signer> signer, open_signer(config, session.screen));
  session.screen.last_words(kNotMade);
  // It may ask, and be interrupted: nothing lies about then that would be in the way of the next.
  TRY(const PublicKey recovery, make_recovery_key(session, paths.recovery));
  session.screen.last_words({});
  TRY(const auto link, coordinator::create_link_key(config.link_key_file));
  TRY(Bytes roster, first_roster(session, *signer, link.key, recovery));
  TRY(coordinator::InitOptions options, options_of(session, std::move(roster)));
  TRY_STATUS(coordinator::initialise(options));
  config.endpoint = options.listen;
  TRY(config.server_key, centre_key(options.directory));
  config.trust_file = options.directory + "/trust";
  TRY_STATUS(loop::write_file_durably(paths.conf, as_bytes(write_client_config(config)), 0600));
  return options;
}

}  // namespace

Result<Verdict> init(Session& session) {
  const std::string conf = absolute(config_path(session.call.text("config")));
  const std::string folder = std::filesystem::path(conf).parent_path().string();
  const std::string recovery_file = absolute(session.call.text(
      "recovery-file", folder + "/recovery-" + session.call.text("fleet") + ".pem"));
  if (!HostId::parse(session.call.text("fleet")) || !HostId::parse(session.call.text("operator"))) {
    return fail(Fault::Malformed, "--fleet and --operator: 1 to 63 of a-z, 0-9, '.', '-'");
  }
  TRY(const coordinator::InitOptions wanted, options_of(session, {}));
  TRY_STATUS(expect_sane(wanted));  // before a key is made
  ClientConfig config;
  config.link_key_file = folder + "/link.key";
  for (const auto& path : {conf, recovery_file, config.link_key_file})
    TRY_STATUS(expect_absent(path));
  TRY_STATUS(make_folder(folder));
  TRY_STATUS(make_folder(std::filesystem::path(wanted.directory).parent_path().string()));
  session.screen.last_words(kNotMade);
  TRY_STATUS(prepare_key(session, config));
  config.operator_name = session.call.text("operator");
  auto made = make_fleet(session, config, {.conf = conf, .recovery = recovery_file});
  if (!made) {
    // They were not there before, and without a fleet they are good for nothing.
    for (const auto& path : {recovery_file, config.link_key_file}) {
      (void)loop::remove_durably(path).has_value();
    }
    return std::unexpected(made.error());
  }
  const coordinator::InitOptions& options = *made;
  TRY(const SignedDocument roster, peek(options.roster));
  const ActFields fields = {
      {"fleet", options.fleet},
      {"operator", config.operator_name},
      {"directory", options.directory},
      {"coordinator_config", options.directory + "/coordinator.conf"},
      {"client_config", conf},
      {"trust_file", config.trust_file},
      {"link_key_file", config.link_key_file},
      {"key_file", config.signs_by_agent ? ActValue(nullptr) : ActValue(config.signing_key)},
      {"recovery_file", recovery_file},
      {"roster_number", std::int64_t{1}},
      {"roster_digest", to_hex(sha256(roster.payload).view())}};
  const std::string text =
      "fleet " + options.fleet + " is made; " + config.operator_name + " is its admin\n" +
      "  coordinator   " + start_text(options) + "\n" + "  client        " + conf + "\n" +
      "  trust file    " + config.trust_file + "   (goes to each host, owned by root)\n" +
      "  recovery key  " + recovery_file + "\n" +
      "!!  Take the recovery key offline now: copy it to a medium that you lock away, then "
      "remove\n" +
      "    it here. Whoever holds it can replace the roster; without it a lost key is final.\n";
  session.screen.print(session.call.wants_json() ? act_json(text, fields) : text);
  return Verdict::Done;
}

}  // namespace mainstay::cli
