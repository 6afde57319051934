// A peer with a host's real keys at the gate, over a bare ZeroMQ socket: unlike the fabric's client
// it may send several frames a message, frames that are too long, over many connections, and may
// leave unread what it is sent.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/time.h"
#include "common/fabric/key_pair.h"
#include "common/plan/host_message.h"

namespace mainstay::hostile {

/// Whom to speak to, and as whom.
struct Identity {
  HostId host;
  std::string endpoint;
  LinkKey server;
  fabric::KeyPair keys;
  Bytes labels;  // signed
};
/// Of a host that has enrolled, by its agent's configuration.
Identity identity_of(const std::string& agent_conf);

class HostPeer {
 public:
  struct Options {
    int connections = 1;
    int receive_mark = 1000;  // messages taken in before the connection is left unread
    Duration patience = std::chrono::seconds(10);  // of send()
    Duration reconnect = std::chrono::milliseconds(100);
  };
  explicit HostPeer(const Identity& identity);
  HostPeer(const Identity& identity, Options options);
  ~HostPeer();
  HostPeer(const HostPeer&) = delete;
  HostPeer& operator=(const HostPeer&) = delete;

  /// Waits for a connection, some seconds; false if there is none.
  bool send(ByteView frame);
  bool send_parts(const std::vector<Bytes>& parts);
  bool say(const HostMessage& message);
  /// Without waiting; false if nothing more fits.
  bool push(ByteView frame);
  /// Nothing if nothing comes in time.
  std::optional<Bytes> receive(Duration patience);
  /// So many connections more, under the same key.
  void connect(int connections);
  /// Handshakes that succeeded, until there were `wanted` or `patience` is over.
  int connected(int wanted, Duration patience);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What a healthy host says of itself.
Hello plain_hello(const BootId& boot);
Report plain_report(const BootId& boot, std::uint64_t sequence);

}  // namespace mainstay::hostile
