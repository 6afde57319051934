// The small world of the core's tests, and what its operators read. For this folder's tests.
#pragma once

#include <nlohmann/json.hpp>

#include "common/ports/test_records.h"
#include "coordinator/core/test_world.h"
#include "coordinator/shell/views.h"

namespace mainstay::coordinator {

class ViewWorld : public TwoRegions {
 protected:
  Reply asked(View what, std::string argument) {
    const ViewContext context{.state = state,
                              .limits = limits,
                              .records = records_,
                              .drafts = drafts_,
                              .fleet = "acme",
                              .started_at = now.mono,
                              .gates_connected = 1,
                              .gates_known = 1,
                              .store = store_health_,
                              .now = now,
                              .feeds = &feeds_};
    return view_of(context, {.view = what, .argument = std::move(argument)});
  }
  nlohmann::json view(View what, std::string argument = "") {
    const Reply reply = asked(what, std::move(argument));
    EXPECT_EQ(reply.verdict, Verdict::Done) << reply.text;
    return nlohmann::json::parse(as_text(reply.data), nullptr, false);
  }

  TestRecords records_;
  std::map<std::string, Feed> feeds_;
  std::map<Nonce, DraftEnd> drafts_;
  StoreHealth store_health_;
};

}  // namespace mainstay::coordinator
