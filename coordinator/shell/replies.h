// Answers on their way to operators. A request's number is ours; the asker's id and connection are
// kept beside it until the core has answered. Long answers travel in parts, and parts that a slow
// reader does not take wait here, within bounds.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "common/fabric/server.h"
#include "common/plan/request.h"

namespace mainstay::coordinator {

inline constexpr std::size_t kAskersMax = 1024;
inline constexpr std::size_t kReplyBytesMax = 128UL * 1024 * 1024;  // waiting, all operators
// The core answers a request when its step is durable, and a draft after hosts have answered.
inline constexpr Duration kAskerPatience = std::chrono::seconds(120);
inline constexpr Duration kReaderPatience = std::chrono::seconds(15);

struct Asker {
  fabric::Sender sender;
  std::uint64_t id = 0;  // the operator's
};

struct Reply {
  Verdict verdict = Verdict::Done;
  std::string text;
  Bytes data = {};
};

class Replies {
 public:
  using Send = std::function<Status(const fabric::Sender& to, ByteView frame)>;
  explicit Replies(Send send) : send_(std::move(send)) {}

  /// A number for a request, or nothing if too many are open.
  std::optional<std::uint64_t> open(const Asker& asker, Now now);
  /// The same, and if too many are open, the oldest is forgotten for it.
  std::uint64_t open_at_cost(const Asker& asker, Now now);
  /// Nothing if it was answered already or its asker has gone.
  std::optional<Asker> close(std::uint64_t request);

  void send(const Asker& to, const Reply& reply, Now now);
  /// Tries what waits; true if something still does. Forgets who has gone.
  bool flush(Now now);

 private:
  struct Open {
    Asker asker;
    Instant since;
  };
  struct Waiting {
    fabric::Sender to;
    Bytes frame;
    Instant since;
  };
  Send send_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Open> open_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace mainstay::coordinator
