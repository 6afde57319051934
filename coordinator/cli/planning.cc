#include "coordinator/cli/planning.h"

#include <charconv>

#include "common/core/escape.h"
#include "common/document/node.h"
#include "common/document/plan_document.h"
#include "common/loop/clock.h"
#include "common/wire/encode.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

constexpr Duration kPollInterval = std::chrono::milliseconds(250);

std::string progress_text(const Answer& plan) {
  const Answer& resolving = plan.at("resolving");
  return "resolving: " + resolving.text("answered") + " of " +
         plural(resolving.number("asked"), "host") + " answered";
}

const document::Node* child_of(const document::Node* node, std::string_view key) {
  if (node == nullptr) return nullptr;
  for (const auto& [name, value] : node->entries) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

const document::Node* item_of(const document::Node* list, std::string_view number) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
  const bool known =
      error == std::errc{} && list != nullptr && index >= 1 && index <= list->items.size();
  return known ? &list->items[index - 1] : list;
}

/// The centre knows no file: it complains of who takes part, of "budget 2" or of "wave 1".
const document::Node* section_of(const document::Node& root, std::string_view complaint) {
  if (complaint.starts_with("budget ")) {
    return item_of(child_of(&root, "budget"), complaint.substr(7));
  }
  if (complaint.starts_with("wave ")) {
    return item_of(child_of(child_of(&root, "order"), "waves"), complaint.substr(5));
  }
  return child_of(&root, "targets");
}

Result<std::string> ask_for_draft(Session& session, const PlanHead& head) {
  session.screen.progress("resolving the plan");
  TRY(const Reply reply, session.centre.change(DraftPlan{head}));
  if (reply.text.empty()) return fail(Fault::Corrupt, "the centre named no draft");
  return reply.text;
}

Result<Bytes> await_draft(Session& session, const std::string& nonce) {
  while (true) {
    auto data = session.centre.read(View::Plan, nonce);
    if (!data) {
      session.screen.progress("");
      // Drafts are in memory only.
      if (data.error().fault != Fault::Malformed) return data;
      return fail(Fault::Unavailable, "the centre restarted: plan again");
    }
    TRY(const Answer plan, Answer::parse(as_text(*data)));
    if (plan.text("phase") != "resolving") {
      session.screen.progress("");
      return data;
    }
    session.screen.progress(progress_text(plan));
    session.screen.wait(kPollInterval);
  }
}

}  // namespace

Result<PlanHead> read_plan_file(const std::string& path) {
  TRY(const std::string text, read_text_file(path));
  return document::read_plan(text, path, loop::walltime_now());
}

Result<Bytes> draft(Session& session, const PlanHead& head) {
  TRY_STATUS(session.centre.get_ready());
  TRY(const std::string nonce, ask_for_draft(session, head));
  return await_draft(session, nonce);
}

std::string locate(const std::string& path, std::string_view text, const std::string& complaint) {
  const auto root = document::parse_yaml(text, path);
  const document::Node* about = root ? section_of(*root, complaint) : nullptr;
  const std::string place = about == nullptr ? ": "
                                             : ":" + std::to_string(about->place.line) + ":" +
                                                   std::to_string(about->place.column) + ": ";
  return escape_for_terminal(path) + place + complaint;
}

Result<Bytes> draft_file(Session& session, const std::string& path, const PlanHead& head) {
  TRY_STATUS(session.call.count("expect-hosts"));  // before a draft is left behind
  TRY_STATUS(session.centre.get_ready());
  const auto nonce = ask_for_draft(session, head);
  std::string complaint;
  if (nonce) {
    TRY(Bytes data, await_draft(session, *nonce));
    TRY(const Answer plan, Answer::parse(as_text(data)));
    if (plan.text("phase") != "failed") return data;
    complaint = plan.text("error");
  } else if (nonce.error().fault == Fault::Malformed) {
    complaint = nonce.error().detail;  // refused at once, before any host was asked
  } else {
    return std::unexpected(nonce.error());
  }
  TRY(const std::string text, read_text_file(path));
  return fail(Fault::Malformed, locate(path, text, complaint));
}

Result<Proposal> fetch_proposal(Session& session, const std::string& id) {
  session.screen.last_words("nothing was signed");
  session.screen.progress("fetching and checking every part of the plan");
  auto bundle = session.centre.read(View::PlanBundle, id);
  session.screen.progress("");
  if (!bundle) return std::unexpected(bundle.error());
  TRY(Proposal proposal, check_bundle(*bundle, loop::walltime_now()));
  if (to_hex(proposal.id.view()) != id) {
    return fail(Fault::Denied, "do not sign: the plan that came is " + short_name(proposal.id) +
                                   ", not the one asked for");
  }
  return proposal;
}

Status agree(Session& session, const Proposal& proposal) {
  const std::string name = short_name(proposal.id);
  const std::size_t hosts = proposal.leaves.size();
  TRY(const auto expected, session.call.count("expect-hosts"));
  if (expected && *expected != hosts) {
    return fail(Fault::Denied, name + " has " + plural(static_cast<std::int64_t>(hosts), "host") +
                                   ", not the " + std::to_string(*expected) +
                                   " expected: nothing was signed");
  }
  const std::string plan = session.call.text("expect");
  if (!plan.empty() && plan != name && plan != to_hex(proposal.id.view())) {
    return fail(Fault::Denied,
                "the plan is " + name + ", not the one expected: nothing was signed");
  }
  if (expected || !plan.empty()) return {};
  // In JSON nothing of the plan was shown that somebody could agree to.
  const bool unseen = session.call.wants_json();
  const auto typed =
      unseen ? Result<std::string>(fail(Fault::Stale, "not shown"))
             : session.screen.ask("Type the number of hosts (" + std::to_string(hosts) + "): ");
  if (!typed) {
    return fail(Fault::Stale,
                name + " needs an approval, and nobody is there to ask: " + "mainstay approve " +
                    name + " --start --expect-hosts " + std::to_string(hosts));
  }
  if (*typed != std::to_string(hosts)) {
    return fail(Fault::Denied, "that is not " + std::to_string(hosts) +
                                   ": nothing was signed. mainstay approve " + name + " --start");
  }
  return {};
}

Result<std::string> sign_plan(Session& session, const Proposal& proposal) {
  const std::string name = short_name(proposal.id);
  session.screen.last_words(name + " may be signed: mainstay plan show " + name);
  TRY(Bytes envelope, session.centre.sign(context::kPlanHead, proposal.payload));
  TRY(const Reply reply, session.centre.change(ApprovePlan{std::move(envelope)}));
  session.screen.last_words(name + " is signed");
  return escape_for_terminal(reply.text.empty() ? name + " signed" : reply.text);
}

Result<std::string> start_plan(Session& session, const PlanId& plan) {
  const std::string name = short_name(plan);
  session.screen.last_words(name + " may be started: mainstay plan show " + name);
  TRY(const Reply reply, session.centre.change(StartPlan{plan}));
  Answer answer;
  if (!reply.data.empty()) {
    TRY(answer, Answer::parse(as_text(reply.data)));
  }
  if (!answer.has("rollout")) {
    TRY(answer, session.centre.look(View::Plan, to_hex(plan.view())));
  }
  if (!answer.has("rollout")) return fail(Fault::Corrupt, "the centre named no rollout");
  std::string rollout = answer.text("rollout");
  session.screen.last_words(rollout + " is started and goes on: mainstay watch " + rollout);
  return rollout;
}

}  // namespace mainstay::cli
