#include "coordinator/shell/reports.h"

namespace mainstay::coordinator {

void Reports::ask(const Asker& asker, const ReadRequest& request) {
  if (asked_.size() == kReportsMax) {
    return answer_(asker, {.verdict = Verdict::Unreachable,
                           .text = "too many reports are being made: try again in a moment"});
  }
  auto report = begin_fleet_report(context_(), request);
  if (!report) {
    return answer_(asker, {.verdict = Verdict::WrongUse, .text = report.error().detail});
  }
  asked_.push_back({.asker = asker, .report = std::move(*report)});
  if (asked_.size() == 1) go_on();
}

void Reports::go_on() {
  Asked& first = asked_.front();
  const ViewContext context = context_();
  if (first.report->go_on(context)) {
    answer_(first.asker, first.report->end(context));
    asked_.pop_front();
  }
  // At the next turn: who writes to us is read before.
  if (!asked_.empty()) timer_.start(Duration(1), [this] { go_on(); });
}

}  // namespace mainstay::coordinator
