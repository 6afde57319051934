// What the installing process prints, read by a process of its own. Of those who wait for dpkg each
// may be killed; as long as somebody reads, dpkg neither blocks on a full pipe nor dies of a broken
// one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace mainstay::apt {

inline constexpr std::size_t kOutputKept = 8192;  // bytes, the last ones

class OutputReader {
 public:
  /// Makes the pipe and begins to read; what comes is passed on to standard error. False if that
  /// cannot be.
  bool start();
  /// In the process that shall print: its end of the pipe, and nothing else of it is kept.
  int become_writer();
  /// In the process that waits for it.
  void become_listener();

  /// True while the process of its own reads. If not, call read_some() when there is something;
  /// false at the end.
  bool reads();
  bool read_some();
  [[nodiscard]] int descriptor() const { return read_; }
  /// Takes what is there now; the last of all that came.
  std::string finish();

 private:
  struct Tail;
  [[noreturn]] void serve(int stop);
  void take_what_is_there();

  int read_ = -1;
  int write_ = -1;
  int stop_ = -1;
  pid_t process_ = -1;
  Tail* tail_ = nullptr;  // shared by both
};

/// Goes on after signals; gives up silently when nobody reads any more.
void write_all(int descriptor, std::string_view text);

}  // namespace mainstay::apt
