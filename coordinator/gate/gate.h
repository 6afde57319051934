// The gate: ends the encrypted connections of many hosts and passes their frames on, unread. It
// queues nothing (what the coordinator is slow to take it leaves unread for a while, and for the
// rest senders resend), leaves to its porter who may connect and what passes, and is expected to be
// killed and started again at any time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/crypto/signers.h"
#include "common/fabric/client.h"
#include "common/fabric/refusal_watch.h"
#include "common/fabric/server.h"
#include "common/loop/file_lock.h"
#include "common/loop/socket_pump.h"
#include "common/loop/watchers.h"
#include "common/ports/log.h"
#include "coordinator/gate/porter.h"

namespace mainstay {

struct GateConfig {
  GateMode mode = GateMode::Hosts;
  std::string listen;
  std::string coordinator;
  LinkKey coordinator_key;
  PublicKey dispatch_key;
  std::string link_key_file;
  fabric::KeyPair keys;  // from that file
  std::string state_directory;
  std::uint32_t starts_per_minute = 600;
  // How long hosts are left unread for a coordinator that is connected and takes nothing. Below the
  // time after which a connection that is not read counts as dead.
  Duration patience = std::chrono::seconds(8);
  // Of a host. The self-test waits for it once, since whom it refuses the gate tells nothing.
  Duration handshake_max = std::chrono::seconds(3);
};

/// Of a gate.conf: `key: value` lines; complaints name file and line. Without the keys.
Result<GateConfig> parse_gate_config(std::string_view text, const std::string& name);
/// Of the file, with the keys.
Result<GateConfig> read_gate_config(const std::string& path);

class Gate {
 public:
  /// `loop`, `log` and `lock` outlive the gate.
  Gate(loop::Loop& loop, Log& log, GateConfig config);
  Status start();

 private:
  void from_host(const LinkKey& sender, ByteView frame);
  void from_coordinator(ByteView frame);
  bool drain_hosts();
  bool must_wait();
  void obey(const ToHosts& order);
  void obey(const AdmittedPart& order);
  void greet();
  void tick();
  void mind_connections();
  void apply_admitted();
  void store_admitted();
  [[nodiscard]] std::string admitted_path() const { return config_.state_directory + "/admitted"; }

  loop::Loop& loop_;
  Log& log_;
  GateConfig config_;
  crypto::Ed25519Check check_;
  Verifier verifier_{check_};
  Porter porter_;
  fabric::RefusalWatch refusals_{log_};
  std::unique_ptr<fabric::Context> context_;
  std::unique_ptr<fabric::Server> hosts_;
  std::unique_ptr<fabric::Client> coordinator_;
  std::unique_ptr<loop::SocketPump> hosts_pump_;
  std::unique_ptr<loop::SocketPump> coordinator_pump_;
  std::unique_ptr<fabric::SelfTestThread> self_test_;
  loop::Timer timer_;
  loop::Timer connections_;
  loop::Timer store_timer_;
  std::optional<Instant> full_since_;  // the coordinator's queue
  std::uint64_t lost_ = 0;             // frames that found no connection
  std::uint64_t malformed_ = 0;        // frames of the coordinator's link that made no sense
  std::uint64_t throttled_ = 0;        // dispatches held back by the limiter
  std::uint64_t flooded_ = 0;          // frames of keys that sent too many
  std::uint64_t flooded_told_ = 0;
};

}  // namespace mainstay
