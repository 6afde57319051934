// Stand-ins for screen and centre, for tests of commands.
#pragma once

#include <deque>
#include <map>

#include <gtest/gtest.h>

#include "common/crypto/signers.h"
#include "common/wire/open.h"
#include "coordinator/cli/answer.h"
#include "coordinator/cli/session.h"

namespace mainstay::cli {

inline Answer answer_of(std::string_view json) {
  auto answer = Answer::parse(json);
  EXPECT_TRUE(answer);
  return answer ? std::move(*answer) : Answer();
}

class TextScreen : public Screen {
 public:
  void print(std::string_view text) override { printed += text; }
  void note(std::string_view line) override { noted += std::string(line) + "\n"; }
  void progress(std::string_view line) override { progressed.emplace_back(line); }
  Result<std::string> ask(std::string_view question) override {
    asked += question;
    if (answers.empty()) return fail(Fault::Stale, "nobody is there to answer");
    std::string answer = answers.front();
    answers.pop_front();
    return answer;
  }
  Result<std::string> ask_secret(std::string_view question) override { return ask(question); }
  [[nodiscard]] bool is_terminal() const override { return !answers.empty(); }
  [[nodiscard]] bool has_colour() const override { return false; }
  [[nodiscard]] std::size_t width() const override { return 0; }
  char wait(Duration /*time*/) override {
    if (keys.empty()) return 0;
    const char key = keys.front();
    keys.pop_front();
    return key;
  }
  void redraw(std::string_view text) override { printed = text; }
  void last_words(std::string_view line) override { kept = line; }

  std::string printed;
  std::string noted;
  std::string asked;
  std::string kept;                     // the last words
  std::vector<std::string> progressed;  // "" where it was taken back
  std::deque<std::string> answers;
  std::deque<char> keys;
};

/// Answers reads from a table and keeps what it was asked to change.
class FakeCentre : public Centre {
 public:
  Status get_ready() override { return ready; }
  Result<Bytes> read(View view, std::string argument) override {
    const auto found = answers.find({view, argument});
    if (found == answers.end()) return fail(Fault::Malformed, "no such " + argument);
    return found->second;
  }
  Result<Reply> change(RequestAct act) override {
    changes.push_back(std::move(act));
    if (replies.empty()) return Reply{};
    Reply reply = replies.front();
    replies.pop_front();
    return reply;
  }
  Status upload(ByteView whole, const std::function<void(std::size_t)>& sent) override {
    uploads.push_back(to_bytes(as_text(whole)));
    sent(whole.size());
    return {};
  }
  Result<Bytes> sign(std::string_view context, ByteView payload) override {
    return seal(context, payload, signer);
  }
  Result<Bytes> sign_also(ByteView envelope) override { return add_signature(envelope, signer); }

  Status ready;
  std::map<std::pair<View, std::string>, Bytes> answers;
  std::deque<Reply> replies;
  std::vector<RequestAct> changes;
  std::vector<Bytes> uploads;
  crypto::KeySigner signer{crypto::SigningKey::generate()};
};

}  // namespace mainstay::cli
