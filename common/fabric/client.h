// The dialling side of the fabric: one server, known by its key, reached again whenever it was
// lost. Nothing is queued while there is no connection: senders resend.
//
// After drain() returned true it must be called again before the loop waits.
#pragma once

#include <functional>
#include <memory>

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/time.h"
#include "common/fabric/context.h"
#include "common/fabric/key_pair.h"

namespace mainstay::fabric {

struct ClientOptions {
  std::string endpoint;
  LinkKey server_key;
  KeyPair keys;
  /// First reconnect after min + random(spread), doubling up to max: thousands come back at once.
  Duration reconnect_min{1000};
  Duration reconnect_spread{4000};
  Duration reconnect_max{60000};
};

struct ClientCounters {
  std::uint64_t delivered = 0;
  std::uint64_t sent = 0;
  std::uint64_t malformed = 0;
  std::uint64_t oversized = 0;
  std::uint64_t unavailable = 0;  // frames not taken: no connection, or a full queue
};

class Client {
 public:
  struct Callbacks {
    std::move_only_function<void(ByteView)> on_frame;
    std::move_only_function<void()> on_connected = [] {};
    std::move_only_function<void()> on_disconnected = [] {};
  };

  static Result<std::unique_ptr<Client>> create(Context& context, ClientOptions options,
                                                Callbacks callbacks);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Taken is not arrived. Unavailable without a connection, or if the server does not read.
  Status send(ByteView frame);
  [[nodiscard]] bool connected() const;
  /// Whether send() would take a frame now. Where it would not, for the server is slow to read, the
  /// descriptor wakes when it will again.
  [[nodiscard]] bool has_room() const;

  [[nodiscard]] int wake_fd() const;
  /// Handles at most `limit` messages; true if there were any.
  bool drain(std::size_t limit);

  [[nodiscard]] ClientCounters counters() const;

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mainstay::fabric
