// The small world of the core's tests, and what its operators read. For this folder's tests.
#pragma once

#include <nlohmann/json.hpp>

#include "common/ports/test_records.h"
#include "coordinator/core/test_world.h"
#include "coordinator/shell/open_lists.h"
#include "coordinator/shell/views.h"

namespace mainstay::coordinator {

class ViewWorld : public TwoRegions {
 protected:
  ViewContext context() {
    return {.state = state,
            .limits = limits,
            .records = records_,
            .drafts = drafts_,
            .fleet = "acme",
            .started_at = now.mono,
            .gates_connected = 1,
            .gates_known = 1,
            .store = store_health_,
            .now = now,
            .feeds = &feeds_,
            .open_lists = &open_lists_};
  }
  Reply asked(View what, std::string argument) {
    return view_of(context(), {.view = what, .argument = std::move(argument)});
  }
  /// Until there is nothing to do; how many pieces it took.
  int look_at_lists() {
    for (int pieces = 1;; ++pieces) {
      const bool is_done = open_lists_.go_on(context());
      if (auto news = open_lists_.take_news(); !news.empty()) {
        send(ExposuresSeen{.exposures = std::move(news)});
      }
      if (is_done) return pieces;
    }
  }
  nlohmann::json view(View what, std::string argument = "") {
    const Reply reply = asked(what, std::move(argument));
    EXPECT_EQ(reply.verdict, Verdict::Done) << reply.text;
    return nlohmann::json::parse(as_text(reply.data), nullptr, false);
  }

  TestRecords records_;
  OpenLists open_lists_;
  std::map<std::string, Feed> feeds_;
  std::map<Nonce, DraftEnd> drafts_;
  StoreHealth store_health_;
};

}  // namespace mainstay::coordinator
