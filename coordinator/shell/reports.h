// Reports over the whole fleet that operators have asked for: one at a time, a piece a turn of the
// loop, so that hosts are heard between. Bounded in number.
#pragma once

#include <deque>
#include <functional>

#include "common/loop/watchers.h"
#include "coordinator/shell/fleet_report.h"
#include "coordinator/shell/replies.h"

namespace mainstay::coordinator {

// Each waits for those before it, and its asker for five seconds.
inline constexpr std::size_t kReportsMax = 16;

class Reports {
 public:
  using Context = std::function<ViewContext()>;  // as it is now
  using Answer = std::function<void(const Asker& asker, Reply reply)>;

  Reports(loop::Loop& loop, Context context, Answer answer)
      : timer_(loop), context_(std::move(context)), answer_(std::move(answer)) {}

  void ask(const Asker& asker, const ReadRequest& request);

 private:
  struct Asked {
    Asker asker;
    std::unique_ptr<FleetReport> report;
  };
  void go_on();

  loop::Timer timer_;
  Context context_;
  Answer answer_;
  std::deque<Asked> asked_;  // the first is being made
};

}  // namespace mainstay::coordinator
