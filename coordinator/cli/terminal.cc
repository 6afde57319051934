#include "coordinator/cli/terminal.h"

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

// The terminal as it was, for the signal handler too: nothing else is allowed to be global.
termios saved_mode{};
volatile std::sig_atomic_t is_live = 0;
constexpr std::string_view kEnterLive = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kLeaveLive = "\x1b[?25h\x1b[?1049l";
constexpr std::array kEndings = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

void give_back(int number) {
  ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_mode);
  const std::string_view last = is_live != 0 ? kLeaveLive : "\n";
  [[maybe_unused]] const auto ignored = ::write(STDOUT_FILENO, last.data(), last.size());
  ::_exit(128 + number);
}

/// Until leave_mode(): without echo, keys at once if `live`. Whatever ends the program gives the
/// terminal back first; Ctrl-Z is a key like any other, since a shell would come back in this mode.
void enter_mode(bool live) {
  ::tcgetattr(STDIN_FILENO, &saved_mode);
  is_live = live ? 1 : 0;
  for (const int number : kEndings) std::signal(number, give_back);
  termios mode = saved_mode;
  mode.c_lflag &= ~static_cast<tcflag_t>(live ? ICANON | ECHO : ECHO);
  mode.c_cc[VSUSP] = _POSIX_VDISABLE;
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode);
}

void leave_mode() {
  ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_mode);
  for (const int number : kEndings) std::signal(number, SIG_DFL);
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
  if (!echo) enter_mode(false);
  std::string line;
  const bool got = static_cast<bool>(std::getline(std::cin, line));
  if (!echo) {
    leave_mode();
    write_all(stdout, "\n");
  }
  if (!got) return fail(Fault::Stale, "no answer");
  return line;
}

Result<std::string> TerminalScreen::ask(std::string_view question) {
  return read_line(question, true);
}

Result<std::string> TerminalScreen::ask_secret(std::string_view question) {
  return read_line(question, false);
}

char TerminalScreen::wait(Duration time) {
  pollfd key{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (::poll(&key, live_ ? 1 : 0, static_cast<int>(time.count())) <= 0) return 0;
  char pressed = 0;
  return ::read(STDIN_FILENO, &pressed, 1) == 1 ? pressed : 'q';
}

void TerminalScreen::redraw(std::string_view text) {
  if (!live_) {
    enter_mode(true);
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
