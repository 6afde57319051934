// The last things that happened, kept in memory set aside at the start, so that a failed CHECK can
// write them without allocating. The log holds its lock around note(); note() alone is for one
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace mainstay::observe {

inline constexpr std::size_t kNoteBytesMax = 512;  // longer ones are cut

class FlightRecorder {
 public:
  explicit FlightRecorder(std::size_t notes_max) : notes_(notes_max) {}
  FlightRecorder(const FlightRecorder&) = delete;
  FlightRecorder& operator=(const FlightRecorder&) = delete;
  /// Takes itself out of the CHECK hook if it is there.
  ~FlightRecorder();

  void note(std::string_view what);
  /// Oldest first, one a line. Allocates nothing.
  void write_to(int descriptor) const noexcept;
  /// From now on a failed CHECK writes itself and these notes to standard error. One recorder a
  /// process.
  void install() noexcept;

 private:
  struct Note {
    std::size_t size = 0;
    std::array<char, kNoteBytesMax> text{};
  };
  std::vector<Note> notes_;
  std::size_t count_ = 0;  // of all notes ever
};

}  // namespace mainstay::observe
