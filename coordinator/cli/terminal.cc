#include "coordinator/cli/terminal.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "common/core/text_table.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

// What the signal handler has to know: nothing else is allowed to be global.
enum Mode : std::sig_atomic_t { Plain, Asking, Live };
volatile std::sig_atomic_t mode_now = Plain;
termios saved_mode{};  // the terminal as it was; not of Plain
std::array<char, 256> words_kept{};
volatile std::sig_atomic_t words_size = 0;
volatile std::sig_atomic_t line_begun = 0;  // a progress line stands on standard error
constexpr std::string_view kEnterLive = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kLeaveLive = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kInterrupted = "mainstay: interrupted\n";
constexpr std::array kEndings = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

void put(int descriptor, std::string_view text) {
  [[maybe_unused]] const auto ignored = ::write(descriptor, text.data(), text.size());
}

void end_early(int number) {
  if (mode_now != Plain) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_mode);
    put(STDOUT_FILENO, mode_now == Live ? kLeaveLive : "\n");
  }
  if (line_begun != 0) put(STDERR_FILENO, "\n");
  if (words_size > 0) {
    put(STDERR_FILENO, {words_kept.data(), static_cast<std::size_t>(words_size)});
  } else if (mode_now == Asking) {
    put(STDERR_FILENO, kInterrupted);
  }
  ::_exit(128 + number);
}

/// The endings are caught while there is something to give back or to say. What the caller has us
/// ignore stays ignored.
void catch_endings() {
  const bool wanted = mode_now != Plain || words_size > 0;
  for (const int number : kEndings) {
    const auto before = std::signal(number, wanted ? end_early : SIG_DFL);
    if (before == SIG_IGN) std::signal(number, SIG_IGN);
  }
}

/// Until leave_mode(): `without` echo, or keys at once. Whatever ends the program gives the
/// terminal back first; Ctrl-Z is a key like any other then, since a shell would come back in this
/// mode.
void enter_mode(Mode mode, tcflag_t without) {
  ::tcgetattr(STDIN_FILENO, &saved_mode);
  mode_now = mode;
  catch_endings();
  if (without == 0) return;  // as the terminal is by itself
  termios changed = saved_mode;
  changed.c_lflag &= ~without;
  changed.c_cc[VSUSP] = _POSIX_VDISABLE;
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &changed);
}

void leave_mode() {
  ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_mode);
  mode_now = Plain;
  catch_endings();
}

void write_all(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

}  // namespace

TerminalScreen::TerminalScreen() {
  terminal_ = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  const bool dumb = kind != nullptr && std::string_view(kind) == "dumb";
  colour_ = ::isatty(STDOUT_FILENO) == 1 && !dumb && (no_colour == nullptr || *no_colour == '\0');
}

TerminalScreen::~TerminalScreen() {
  progress("");
  leave_live();
}

void TerminalScreen::leave_live() {
  if (!live_) return;
  live_ = false;
  write_all(stdout, kLeaveLive);
  leave_mode();
  write_all(stdout, last_drawn_);  // what was seen last stays above the prompt
}

void TerminalScreen::print(std::string_view text) {
  progress("");
  leave_live();
  write_all(stdout, text);
}

void TerminalScreen::note(std::string_view line) {
  progress("");
  leave_live();
  write_all(stderr, std::string(line) + "\n");
}

void TerminalScreen::progress(std::string_view line) {
  if (::isatty(STDERR_FILENO) != 1 || live_ || (line.empty() && !progress_shown_)) return;
  const std::size_t columns = width() == 0 ? 79 : width() - 1;
  write_all(stderr, "\r\x1b[K" + cut_to_width(line, columns));
  progress_shown_ = !line.empty();
  line_begun = progress_shown_ ? 1 : 0;
}

std::size_t TerminalScreen::width() const {
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

Result<std::string> TerminalScreen::read_line(std::string_view question, bool echo) {
  if (!terminal_) return fail(Fault::Stale, "nobody is there to answer");
  progress("");
  leave_live();
  write_all(stdout, question);
  enter_mode(Asking, echo ? 0 : ECHO);
  std::string line;
  const bool got = static_cast<bool>(std::getline(std::cin, line));
  leave_mode();
  if (!got || !echo) write_all(stdout, "\n");
  if (!got) {  // Ctrl-D ends this answer, not the next one
    std::cin.clear();
    std::clearerr(stdin);
    return fail(Fault::Stale, "no answer");
  }
  return line;
}

Result<std::string> TerminalScreen::ask(std::string_view question) {
  return read_line(question, true);
}

Result<std::string> TerminalScreen::ask_secret(std::string_view question) {
  return read_line(question, false);
}

void TerminalScreen::last_words(std::string_view line) {
  words_size = 0;  // the handler must not see half of them
  std::string text;
  if (!line.empty()) {
    text = "mainstay: " + std::string(line.substr(0, words_kept.size() - 12)) + "\n";
  }
  std::ranges::copy(text, words_kept.begin());
  words_size = static_cast<std::sig_atomic_t>(text.size());
  catch_endings();
}

void TerminalScreen::say_last_words() {
  put(STDERR_FILENO, {words_kept.data(), static_cast<std::size_t>(words_size)});
}

char TerminalScreen::wait(Duration time) {
  pollfd key{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (::poll(&key, live_ ? 1 : 0, static_cast<int>(time.count())) <= 0) return 0;
  char pressed = 0;
  return ::read(STDIN_FILENO, &pressed, 1) == 1 ? pressed : 'q';
}

void TerminalScreen::redraw(std::string_view text) {
  if (!live_) {
    enter_mode(Live, ICANON | ECHO);
    write_all(stdout, kEnterLive);
    live_ = true;
  }
  last_drawn_ = colour_ ? coloured(text) : std::string(text);
  winsize size{};
  ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  const std::string fitted = fit_to(text, size.ws_col, size.ws_row);
  std::string frame = "\x1b[H";
  for (const char each : colour_ ? coloured(fitted) : fitted) {
    if (each == '\n') frame += "\x1b[K\r";
    frame += each;
  }
  write_all(stdout, frame + "\x1b[J");
}

}  // namespace mainstay::cli
