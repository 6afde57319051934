// Connects to a unix seqpacket socket, and again whenever the other side went away. The callbacks
// may send, but not destroy the client.
#pragma once

#include <string>

#include "common/loop/seqpacket.h"
#include "common/loop/watchers.h"

namespace mainstay::loop {

class SeqpacketLink;

class SeqpacketClient {
 public:
  struct Options {
    std::string path;
    SeqpacketLimits limits = {};
    Duration retry_delay_min{100};
    Duration retry_delay_max{5000};  // local, so cheap; the other side is restarted within seconds
  };
  struct Callbacks {
    Callback on_open;
    std::move_only_function<void(Bytes)> on_frame;
    Callback on_close;
  };

  /// The first attempt is made in the next turn.
  SeqpacketClient(Loop& loop, Options options, Callbacks callbacks);
  ~SeqpacketClient();
  SeqpacketClient(const SeqpacketClient&) = delete;
  SeqpacketClient& operator=(const SeqpacketClient&) = delete;

  /// Unavailable if not connected or the queue is full: frames are not kept for later.
  Status send(ByteView frame);
  [[nodiscard]] bool connected() const { return link_ != nullptr; }
  /// Ends the connection, without on_close, and stays away until connect().
  void disconnect();
  /// At once, if not connected.
  void connect();

 private:
  void attempt();
  Status open();
  void retry_later();

  Loop& loop_;
  Options options_;
  Callbacks callbacks_;
  Timer retry_;
  Duration delay_;
  std::shared_ptr<SeqpacketLink> link_;
};

}  // namespace mainstay::loop
