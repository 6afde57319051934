// Starts tasks as transient units of systemd, over its private socket: that needs no bus daemon,
// so that a restart of D-Bus is nothing to a task. The only code that includes systemd's headers.
//
// A unit is of type oneshot, so its start job ends when the task does; that end is what on_end
// tells. The unit outlives this object, the process, and a restart of the manager.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/core/time.h"

struct sd_bus;
struct sd_bus_slot;

namespace mainstay::systemd {

struct TaskUnit {
  std::string name;  // "x.service", unique for each start
  std::string description;
  std::string slice;
  std::vector<std::string> argv;  // argv[0] is an absolute path
  Duration time_max{};            // then it is stopped
  Duration stop_time_max{};       // from SIGTERM to SIGKILL
  std::uint64_t memory_max = 0;   // bytes; 0: three quarters of the machine
  std::uint64_t tasks_max = 0;
  std::string output_file;  // standard output alone, made anew; empty: the journal
  // Not empty: it only looks; every mount but this folder is read-only, and of root's capabilities
  // only those to read, to see processes and to become another user are left.
  std::string writable;
  std::vector<std::string> environment;  // NAME=value
  std::uint32_t cpu_percent_max = 0;     // of one core; 0: as many as there are
  std::uint64_t io_bytes_max = 0;        // a second, of the disk below /, reading and writing each;
                                         // 0: none, it only yields to others
};

class Manager {
 public:
  /// Empty when the task has ended; else why it could not be started or is watched no more.
  using OnEnd = std::move_only_function<void(std::string why)>;

  /// Unavailable where systemd does not run or cannot be reached.
  static Result<std::unique_ptr<Manager>> connect();
  ~Manager();
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  /// `on_end` comes once, from process(), unless this fails.
  Status start(const TaskUnit& unit, OnEnd on_end);

  /// For a loop to wait on, readable; then, and once a second while anything is awaited, process().
  [[nodiscard]] int fd() const;
  /// False if the manager is lost: every on_end has been told so, and this object is of no use.
  bool process();
  [[nodiscard]] bool idle() const { return waiting_.empty(); }

  /// For the callbacks in C.
  void started(const std::string& unit, const char* complaint);
  void ended(const std::string& unit, std::string_view result);

 private:
  explicit Manager(sd_bus* bus) : bus_(bus) {}
  void finish(const std::string& unit, const std::string& why);

  struct Call {
    Manager* manager;
    std::string unit;
  };
  struct DropSlot {
    void operator()(sd_bus_slot* slot) const;
  };
  struct Waiting {
    std::unique_ptr<Call> call;                   // stands still, for the callback
    std::unique_ptr<sd_bus_slot, DropSlot> slot;  // gone, the callback does not come
    OnEnd on_end;
  };
  sd_bus* bus_;
  std::map<std::string, Waiting> waiting_;  // by unit

  friend struct Trampoline;
};

}  // namespace mainstay::systemd
