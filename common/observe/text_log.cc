#include "common/observe/text_log.h"

#include <time.h>
#include <unistd.h>

#include "common/core/escape.h"

namespace mainstay::observe {

namespace {

constexpr std::string_view kCut = "...";

std::string utc(WallTime at) {
  const time_t seconds = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
  struct tm parts = {};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, size};
}

bool is_plain(std::string_view value) {
  for (const char c : value) {
    if (c <= ' ' || c >= '\x7f' || c == '"' || c == '\\' || c == '=') return false;
  }
  return !value.empty();
}

// Quotes where a space or sign would make the line ambiguous. Bytes beyond ASCII are escaped too:
// a log is searched with tools that may not know UTF-8.
void append_value(std::string& line, std::string_view value) {
  const std::string_view kept = value.substr(0, kValueBytesMax);
  if (is_plain(kept)) {
    line += kept;
  } else {
    line += '"';
    for (const char c : kept) {
      if (c == '"' || c == '\\') {
        line += '\\';
        line += c;
      } else if (c < ' ' || c >= '\x7f') {  // char is signed here: bytes from 0x80 are below ' '
        append_hex_escape(line, c);
      } else {
        line += c;
      }
    }
    line += '"';
  }
  if (kept.size() < value.size()) line += kCut;
}

}  // namespace

std::string_view level_name(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warn";
    case Level::Error:
      return "error";
  }
  return "error";
}

std::string format_event(WallTime at, Level level, std::string_view name,
                         std::initializer_list<Field> fields) {
  std::string line = utc(at);
  line += ' ';
  line += level_name(level);
  line += ' ';
  line += escape_for_terminal(name);
  for (const auto& field : fields) {
    line += ' ';
    line += escape_for_terminal(field.name);
    line += '=';
    append_value(line, field.value);
  }
  if (line.size() >= kLineBytesMax) {
    line.resize(kLineBytesMax - 1 - kCut.size());
    line += kCut;
  }
  line += '\n';
  return line;
}

Sink standard_error() {
  return [](std::string_view line) {
    // Nobody is left to tell if this fails.
    [[maybe_unused]] const ssize_t ignored = write(STDERR_FILENO, line.data(), line.size());
  };
}

WallTime wall_now() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  return wall_from_ms(static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000);
}

void TextLog::event(Level level, std::string_view name, std::initializer_list<Field> fields) {
  if (level == Level::Warn) ++warnings_;
  if (level == Level::Error) ++errors_;
  if (level < settings_.level_min && settings_.recorder == nullptr) return;
  const std::string line = format_event(settings_.wall(), level, name, fields);
  const std::lock_guard hold(writing_);
  if (settings_.recorder != nullptr) settings_.recorder->note(line);
  if (level >= settings_.level_min) settings_.sink(line);
}

}  // namespace mainstay::observe
