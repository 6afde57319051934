// What a command works with: what was asked, the centre to ask, and the screen to speak on. Centre
// and Screen are interfaces so that tests can stand in for both.
//
// A command returns the verdict to exit with, or an error: Malformed exits 2, Denied 3, Stale (an
// approval is missing) 4, Corrupt (needs a person) 5, Unavailable 6.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "common/plan/request.h"
#include "coordinator/cli/answer.h"
#include "coordinator/cli/config.h"
#include "coordinator/cli/invocation.h"
#include "coordinator/cli/json_text.h"

namespace mainstay::cli {

class Screen {
 public:
  Screen() = default;
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  virtual ~Screen() = default;

  virtual void print(std::string_view text) = 0;
  /// One line beside the result, for people: to standard error.
  virtual void note(std::string_view line) = 0;
  /// Replaces the progress shown before; an empty one clears it. Nothing unless on a terminal.
  virtual void progress(std::string_view line) = 0;
  /// Stale if nobody can answer.
  virtual Result<std::string> ask(std::string_view question) = 0;
  virtual Result<std::string> ask_secret(std::string_view question) = 0;
  [[nodiscard]] virtual bool is_terminal() const = 0;
  [[nodiscard]] virtual bool has_colour() const = 0;
  /// Columns; 0: no limit.
  [[nodiscard]] virtual std::size_t width() const = 0;
  /// Lets time pass; a key that was pressed meanwhile, or 0.
  virtual char wait(Duration time) = 0;
  /// Shows a whole screen in place of what is there. Only on a terminal.
  virtual void redraw(std::string_view text) = 0;
  /// The line for standard error if the command is interrupted from here on, or nobody reads what
  /// it prints: what was not done, or what goes on. Empty: nothing is to be said.
  virtual void last_words(std::string_view /*line*/) {}
};

struct Reply {
  std::string text;
  Bytes data;
};

class Centre {
 public:
  Centre() = default;
  Centre(const Centre&) = delete;
  Centre& operator=(const Centre&) = delete;
  virtual ~Centre() = default;

  /// Opens the link and the signer: what is wrong on this side is told here, so that afterwards a
  /// Malformed is the centre's own word on what it was asked.
  virtual Status get_ready() = 0;
  virtual Result<Bytes> read(View view, std::string argument) = 0;
  /// Signs the request and sends it.
  virtual Result<Reply> change(RequestAct act) = 0;
  /// Sends what a request will name by its digest, in parts; `sent` is told how many bytes are.
  virtual Status upload(ByteView whole, const std::function<void(std::size_t)>& sent) = 0;
  /// An envelope signed by the operator.
  virtual Result<Bytes> sign(std::string_view context, ByteView payload) = 0;
  /// The same envelope with the operator's signature, too.
  virtual Result<Bytes> sign_also(ByteView envelope) = 0;

  Result<Answer> look(View view, const std::string& argument = {}) {
    TRY(const Bytes data, read(view, argument));
    return Answer::parse(as_text(data));
  }
};

struct Session {
  const Invocation& call;
  const ClientConfig& config;
  Centre& centre;
  Screen& screen;
};

using Command = Result<Verdict> (*)(Session&);

/// Prints a view: as JSON if asked for, else by the renderer.
Result<Verdict> show(Session& session, View view, const std::string& argument,
                     const std::function<std::string(const Answer&)>& render);
/// Prints what an act came to, for people or with its fields.
Verdict say_done(Session& session, std::string_view text, const ActFields& fields);
/// Asks for a change and prints what came of it, or `done` if the centre has nothing to add.
Result<Verdict> act(Session& session, RequestAct change, std::string_view done,
                    const ActFields& fields);
/// The host's id from argument HOST.
Result<HostId> host_argument(const Session& session);

}  // namespace mainstay::cli
