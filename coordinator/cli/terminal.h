// The screen a person sits at, or the pipe a script reads. Colour, progress and live screens only
// on a terminal; NO_COLOR is honoured. Whatever it changes of the terminal it gives back.
#pragma once

#include "coordinator/cli/session.h"

namespace mainstay::cli {

class TerminalScreen : public Screen {
 public:
  TerminalScreen();
  ~TerminalScreen() override;

  void print(std::string_view text) override;
  void note(std::string_view line) override;
  void progress(std::string_view line) override;
  Result<std::string> ask(std::string_view question) override;
  Result<std::string> ask_secret(std::string_view question) override;
  [[nodiscard]] bool is_terminal() const override { return terminal_; }
  [[nodiscard]] bool has_colour() const override { return colour_; }
  [[nodiscard]] std::size_t width() const override;
  char wait(Duration time) override;
  void redraw(std::string_view text) override;
  void last_words(std::string_view line) override;
  /// To standard error, if there are any: for a caller who found that nobody reads the output.
  static void say_last_words();

 private:
  Result<std::string> read_line(std::string_view question, bool echo);
  void leave_live();

  bool terminal_ = false;  // both ends: what is shown is seen, what is asked can be answered
  bool colour_ = false;
  bool progress_shown_ = false;
  bool live_ = false;
  std::string last_drawn_;
};

}  // namespace mainstay::cli
