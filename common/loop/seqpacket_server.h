// Serves frames on a unix seqpacket socket. The callbacks may send and close, but not destroy the
// server.
#pragma once

#include <map>
#include <string>

#include "common/loop/fd.h"
#include "common/loop/seqpacket.h"
#include "common/loop/watchers.h"

namespace mainstay::loop {

class SeqpacketLink;

class SeqpacketServer {
 public:
  using ConnectionId = std::uint64_t;  // never used twice

  struct Callbacks {
    std::move_only_function<void(ConnectionId, Peer)> on_open;
    std::move_only_function<void(ConnectionId, Bytes)> on_frame;
    std::move_only_function<void(ConnectionId)> on_close;  // not after close()
  };

  /// Binds at `path`, taking the place of a socket nobody serves any more. Unavailable if somebody
  /// does, or if the folder is not there.
  static Result<std::unique_ptr<SeqpacketServer>> listen(Loop& loop, const std::string& path,
                                                         mode_t mode, SeqpacketLimits limits,
                                                         Callbacks callbacks);
  /// Goes on with a socket that listens already, such as the service manager hands over.
  static Result<std::unique_ptr<SeqpacketServer>> take_over(Loop& loop, Fd listening,
                                                            SeqpacketLimits limits,
                                                            Callbacks callbacks);
  /// Leaves the path: the next server takes it over.
  ~SeqpacketServer();
  SeqpacketServer(const SeqpacketServer&) = delete;
  SeqpacketServer& operator=(const SeqpacketServer&) = delete;

  /// Unavailable if the connection is gone or its queue is full, Malformed if the frame is empty
  /// or longer than kFrameBytesMax.
  Status send(ConnectionId connection, ByteView frame);
  void close(ConnectionId connection);
  [[nodiscard]] std::size_t connections() const { return links_.size(); }
  /// Peers turned away: wrong uid, or too many at once.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  SeqpacketServer(Loop& loop, Fd listening, SeqpacketLimits limits, Callbacks callbacks);
  void accept_some();
  void adopt(Fd fd);

  Loop& loop_;
  SeqpacketLimits limits_;
  Callbacks callbacks_;
  Fd listening_;
  std::unique_ptr<Poll> poll_;
  Timer pause_;
  std::map<ConnectionId, std::shared_ptr<SeqpacketLink>> links_;
  ConnectionId next_ = 1;
  std::uint64_t refused_ = 0;
};

}  // namespace mainstay::loop
