// Inside this folder only: options that are set and then read back, because a library built
// otherwise, or a wrong width, would leave a door open in silence.
#pragma once

#include <zmq.hpp>

#include "common/core/bytes.h"
#include "common/core/result.h"
#include "common/core/time.h"
#include "common/fabric/key_pair.h"

namespace mainstay::fabric {

/// Hidden from the packaged header, present in the packaged library.
inline constexpr int kZapEnforceDomain = 93;

/// One to set in a row; the first failure is kept and ends the row.
class OptionSetter {
 public:
  explicit OptionSetter(zmq::socket_t& socket) : socket_(socket.handle()) {}
  OptionSetter& number(int option, int value);
  OptionSetter& wide(int option, std::int64_t value);
  OptionSetter& text(int option, const std::string& value);
  OptionSetter& key(int option, ByteView value);
  /// For the few options that cannot be read; their effect is tested instead.
  OptionSetter& blind(int option, int value);
  [[nodiscard]] Status status() { return std::move(status_); }

 private:
  void set(int option, const void* value, std::size_t size);
  void refuse(int option, const char* what);
  void* socket_;
  Status status_;
};

/// Heartbeats that notice a dead peer after 15 s, no lingering.
void set_liveness(OptionSetter& options);
/// For a server of thousands: the library looks through all its timers to cancel one, and
/// heartbeats cancel one or two each 5 s for each peer. A dead machine is noticed by the kernel, in
/// 25 s; peers go on pinging, and are answered.
void leave_liveness_to_kernel(OptionSetter& options);

struct Received {
  enum class What { Nothing, Frame, Malformed } what;
  zmq::message_t sender = {};  // of a ROUTER only
  zmq::message_t frame = {};
};
/// One message without waiting. Malformed if it has not exactly one frame; then all of it is gone.
Received receive_one(void* socket, bool has_sender);

inline int to_int(Duration duration) {
  return static_cast<int>(duration.count());
}

}  // namespace mainstay::fabric
