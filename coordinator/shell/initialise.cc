#include "coordinator/shell/initialise.h"

#include <cerrno>
#include <future>

#include <sys/stat.h>
#include <unistd.h>

#include "common/crypto/key_file.h"
#include "common/crypto/signers.h"
#include "common/loop/files.h"
#include "common/plan/trust.h"
#include "common/store/lmdb_store.h"
#include "common/wire/open.h"
#include "coordinator/shell/link_key_file.h"
#include "coordinator/shell/places.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

struct Keys {
  crypto::SigningKey dispatch;
  fabric::KeyPair link;
  fabric::KeyPair gate;
  fabric::KeyPair enrolment;
};

Status make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return fail(Fault::Malformed, loop::describe_errno(path, errno));
  return {};
}

Status make_folders(const Places& places) {
  for (const auto& folder : places.folders) TRY_STATUS(make_folder(folder));
  // What was there before may have been made for everybody.
  const std::string& first = places.folders.front();
  if (::chmod(first.c_str(), 0700) != 0) {
    return fail(Fault::Unavailable, loop::describe_errno(first, errno));
  }
  return {};
}

Status expect_unused(const Places& places) {
  for (const std::string& path :
       {places.store + "/truth.mdb", places.dispatch_key, places.link_key, places.gate.key,
        places.enrolment.key, places.conf, places.trust}) {
    if (::access(path.c_str(), F_OK) == 0) {
      return fail(Fault::Denied, path +
                                     " is there already: a coordinator lives here. Nothing was "
                                     "changed; choose another folder");
    }
  }
  return {};
}

Result<Roster> check_roster(const InitOptions& options) {
  TRY(const SignedDocument shown, peek(options.roster));
  TRY(const Roster roster, decode<Roster>(shown.payload));
  std::vector<PublicKey> admins;
  for (const OperatorEntry& entry : roster.operators) {
    if (entry.role == Role::Admin) admins.push_back(entry.key);
  }
  const crypto::Ed25519Check check;
  // The first roster vouches for itself: what it is worth, the hosts' trust files say.
  TRY(const auto opened,
      Verifier(check).open<Roster>(options.roster, context::kRoster, admins, options.now));
  if (roster.number.value != 1) return fail(Fault::Malformed, "the first roster has number 1");
  return *opened;
}

Result<Keys> make_keys(const Places& places) {
  Keys keys{.dispatch = crypto::SigningKey::generate(), .link = {}, .gate = {}, .enrolment = {}};
  TRY_STATUS(crypto::save_key(places.dispatch_key, keys.dispatch, std::nullopt));
  TRY(keys.link, create_link_key(places.link_key));
  TRY(keys.gate, create_link_key(places.gate.key));
  TRY(keys.enrolment, create_link_key(places.enrolment.key));
  return keys;
}

std::string seconds_text(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

std::string gates_started(const InitOptions& options, const Places& places) {
  if (!places.starts_gates) return "";
  return "gate_program: " + options.gate_program + "\ngate_config: " + places.gate.conf +
         "\ngate_state: " + places.gate.state + "\nenrolment_config: " + places.enrolment.conf +
         "\nenrolment_state: " + places.enrolment.state + "\n";
}

std::string coordinator_conf(const InitOptions& options, const Places& places, const Keys& keys) {
  return "# Of mainstay-coordinator; written by `mainstay init`.\nfleet: " + options.fleet +
         "\nlisten: " + options.listen + "\nstore: " + places.store +
         "\ndispatch_key_file: " + places.dispatch_key_name +
         "\nlink_key_file: " + places.link_key_name +
         "\ngate_keys: " + to_hex(keys.gate.key.view()) +
         "\nenrolment_keys: " + to_hex(keys.enrolment.key.view()) + "\n" +
         gates_started(options, places) + "grace_seconds: " + seconds_text(options.grace) +
         "\npermit_seconds: " + seconds_text(options.permit_lifetime) +
         "\nbeacon_seconds: " + seconds_text(options.beacon_interval) + "\n";
}

std::string gate_conf(const InitOptions& options, const GatePlaces& places, const Keys& keys,
                      GateMode mode) {
  const bool is_hosts = mode == GateMode::Hosts;
  return "# Of mainstay-gate; written by `mainstay init`.\nmode: " +
         std::string(is_hosts ? "hosts" : "enrolment") +
         "\nlisten: " + (is_hosts ? options.gate_listen : options.enrolment_listen) +
         "\ncoordinator: " + options.listen + "\ncoordinator_key: " + to_hex(keys.link.key.view()) +
         "\ndispatch_key: " + to_hex(keys.dispatch.public_key().view()) +
         "\nlink_key_file: " + places.key_name + "\nstate_directory: " + places.state + "\n";
}

std::string trust_text(const InitOptions& options, const Keys& keys) {
  return write_trust({
      .roster = options.roster,
      .dispatch_key = keys.dispatch.public_key(),
      .gate_key = keys.gate.key,
      .enrolment_key = keys.enrolment.key,
      .gate_endpoint = options.gate_endpoint.empty() ? options.gate_listen : options.gate_endpoint,
      .enrolment_endpoint = options.enrolment_endpoint.empty() ? options.enrolment_listen
                                                               : options.enrolment_endpoint,
  });
}

Status write_store(const InitOptions& options, const Places& places, Roster roster) {
  TRY(const auto store,
      store::LmdbStore::open({.directory = places.store,
                              .schema = {.version = MAINSTAY_VERSION},
                              // On the store's own thread, as there is no loop here.
                              .post = [](store::Work work) { work(); }}));
  const CoordinatorRow roster_row =
      RosterRow{.roster = std::move(roster), .document = options.roster};
  const CoordinatorRow reign = ReignRow{};
  std::vector<KeyValue> writes;
  writes.push_back(key_value_of({.axis = axis_of(roster_row), .row = roster_row}));
  writes.push_back(key_value_of({.axis = axis_of(reign), .row = reign}));
  std::promise<void> written;
  store->commit(std::move(writes), [&written] { written.set_value(); });
  written.get_future().wait();
  return {};
}

}  // namespace

Status initialise(const InitOptions& options) {
  if (!options.directory.starts_with('/')) {
    return fail(Fault::Malformed, "the folder must be an absolute path: " + options.directory);
  }
  const Places places = places_of(options);
  TRY_STATUS(expect_unused(places));
  TRY(const Roster roster, check_roster(options));
  TRY_STATUS(make_folders(places));
  TRY(const Keys keys, make_keys(places));
  TRY_STATUS(write_owned(places, [&] { return write_store(options, places, roster); }));
  const auto write = [](const std::string& path, const std::string& text, mode_t mode) {
    return loop::write_file_durably(path, as_bytes(text), mode);
  };
  TRY_STATUS(write(places.gate.conf, gate_conf(options, places.gate, keys, GateMode::Hosts),
                   places.conf_mode));
  TRY_STATUS(write(places.enrolment.conf,
                   gate_conf(options, places.enrolment, keys, GateMode::Enrolment),
                   places.conf_mode));
  TRY_STATUS(write(places.trust, trust_text(options, keys), 0644));
  // Last: a coordinator cannot be started from a folder that is half made.
  return write(places.conf, coordinator_conf(options, places, keys), places.conf_mode);
}

}  // namespace mainstay::coordinator
