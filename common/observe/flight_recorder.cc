#include "common/observe/flight_recorder.h"

#include <algorithm>
#include <atomic>
#include <charconv>

#include <unistd.h>

#include "common/core/check.h"

namespace mainstay::observe {

namespace {

// A failed CHECK carries no context, so the recorder it writes must be found from here.
constinit std::atomic<const FlightRecorder*> installed = nullptr;

void put(int descriptor, std::string_view text) noexcept {
  // The process is about to end: a write that fails changes nothing.
  [[maybe_unused]] const ssize_t ignored = ::write(descriptor, text.data(), text.size());
}

void on_check_failed(const char* expression, const char* file, int line) noexcept {
  char number[16] = {};
  const auto end = std::to_chars(number, number + sizeof(number), line);
  put(STDERR_FILENO, "check failed: ");
  put(STDERR_FILENO, expression);
  put(STDERR_FILENO, " at ");
  put(STDERR_FILENO, file);
  put(STDERR_FILENO, ":");
  put(STDERR_FILENO, {number, static_cast<std::size_t>(end.ptr - number)});
  put(STDERR_FILENO, "\nwhat came before:\n");
  const FlightRecorder* recorder = installed;
  if (recorder != nullptr) recorder->write_to(STDERR_FILENO);
}

}  // namespace

FlightRecorder::~FlightRecorder() {
  const FlightRecorder* self = this;
  if (installed.compare_exchange_strong(self, nullptr)) set_check_hook(nullptr);
}

void FlightRecorder::note(std::string_view what) {
  if (notes_.empty()) return;
  if (what.ends_with('\n')) what.remove_suffix(1);
  Note& slot = notes_[count_ % notes_.size()];
  slot.size = std::min(what.size(), kNoteBytesMax);
  std::copy_n(what.begin(), slot.size, slot.text.begin());
  ++count_;
}

void FlightRecorder::write_to(int descriptor) const noexcept {
  const std::size_t kept = std::min(count_, notes_.size());
  for (std::size_t i = count_ - kept; i < count_; ++i) {
    const Note& slot = notes_[i % notes_.size()];
    put(descriptor, {slot.text.data(), slot.size});
    put(descriptor, "\n");
  }
}

void FlightRecorder::install() noexcept {
  installed = this;
  set_check_hook(on_check_failed);
}

}  // namespace mainstay::observe
