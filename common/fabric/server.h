// The listening side of the fabric: encrypted, and closed to all but the keys it was given. A
// sender is known by the key it proved, looked up for each message.
//
// 1. A message of a key no longer admitted is dropped, however long its connection has stood.
// 2. One frame a message. Others are dropped and counted.
// 3. After drain() returned true it must be called again before the loop waits.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/time.h"
#include "common/fabric/admission.h"
#include "common/fabric/context.h"
#include "common/fabric/key_pair.h"
#include "common/fabric/self_test.h"

namespace mainstay::fabric {

/// What one key may take of a server's places. Without it a host in wrong hands could open as many
/// connections as there are descriptors, and keep all others out.
struct KeyLimits {
  std::uint32_t joins_max = 20;     // in any minute: an agent that keeps failing needs fewer
  std::size_t connections_max = 4;  // one, and some that it left behind and that end by themselves
  Duration silence_max{30'000};     // from its acceptance to its first message: hosts greet at once
};

/// How a server notices that a peer is dead. Heartbeats also notice one that is frozen, and cost in
/// the square of the number of peers.
enum class Watch : std::uint8_t { Heartbeats, Kernel };

struct ServerOptions {
  std::string endpoint;  // tcp://address:port; port * lets the kernel choose
  KeyPair keys;
  Admit admit = Admit::Listed;
  std::vector<LinkKey> allowed = {};
  std::size_t peers_max = 20000;  // keys that can be answered at one time
  std::optional<KeyLimits> per_key = std::nullopt;
  int frames_waiting_max = 64;  // to one peer, beyond which it counts as not reading
  int frames_unread_max = 256;  // of one peer, beyond which it has to wait
  Watch watch = Watch::Heartbeats;
  Duration handshake_max{3'000};  // from the acceptance of a connection to its proven key
};

struct ServerCounters {
  std::uint64_t delivered = 0;
  std::uint64_t sent = 0;
  std::uint64_t malformed = 0;        // not exactly one frame, or empty
  std::uint64_t oversized = 0;        // longer than a frame may be
  std::uint64_t unauthenticated = 0;  // no key proved by our own ZAP handler
  std::uint64_t not_admitted = 0;     // key removed while connected
  std::uint64_t unroutable = 0;       // peer gone, or never seen
  std::uint64_t congested = 0;        // peer does not read
  std::uint64_t refused_joins = 0;    // keys that ZAP did not admit
  std::uint64_t crowding = 0;         // joins and connections beyond what one key may have
  // By another mechanism than CURVE, with broken or no words, or not in time; without those of our
  // own self-test.
  std::uint64_t failed_handshakes = 0;
};

/// Who sent a message: the key that was proved, and over which of its connections.
struct Sender {
  LinkKey key;
  std::uint32_t connection = 0;  // never given twice by one server
};

class Server {
 public:
  using OnFrame = std::move_only_function<void(const Sender& sender, ByteView frame)>;

  static Result<std::unique_ptr<Server>> create(Context& context, ServerOptions options,
                                                OnFrame on_frame);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// As bound, with the port the kernel chose.
  [[nodiscard]] const std::string& endpoint() const;
  [[nodiscard]] SelfTestTarget self_test_target() const;

  /// Replaces the keys admitted; bites on open connections at once.
  void allow(const std::vector<LinkKey>& keys);
  /// Whether new connections are let in at all; those that stand go on.
  void set_door(Door door);

  /// To be called each second. Without a descriptor libzmq tries to take a new connection again and
  /// again, which costs a core: so nobody new is heard until there are some. What changed, in words
  /// for a log, else empty.
  std::string_view mind_descriptors();
  [[nodiscard]] bool listening() const;

  /// To be called each second where keys have limits: ends who stays silent.
  void end_silent(Instant now);
  /// Counted where keys have limits.
  [[nodiscard]] std::size_t connections() const;

  /// Unavailable if that key has no connection now or does not read; then it is not queued.
  Status send(const LinkKey& to, ByteView frame);
  /// Over the very connection that was heard: a key may have several, such as an operator with two
  /// commands at a time.
  Status reply(const Sender& to, ByteView frame);

  [[nodiscard]] int wake_fd() const;
  /// Handles at most `limit` messages; true if there were any.
  bool drain(std::size_t limit);

  [[nodiscard]] ServerCounters counters() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mainstay::fabric
