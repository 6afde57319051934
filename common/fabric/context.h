// What all sockets of a process share: libzmq's threads, and, once there is to be a server, the ZAP
// handler, which is bound before any of them. Made first, destroyed last.
#pragma once

#include <memory>
#include <string>

#include "common/core/result.h"

namespace mainstay::fabric {

struct ContextOptions {
  int sockets_max = 1023;
  int io_threads = 1;  // about 1,600 joins or 180,000 frames of 1 KiB a second each
};

/// Faults the tests put in, to see that nobody gets in then.
enum class ZapFault { Dead, Hung };

class Context {
 public:
  static Result<std::unique_ptr<Context>> create(ContextOptions options = {});
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void break_zap_for_test(ZapFault fault);

  struct Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }  // for this folder

 private:
  explicit Context(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// From the kernel's generator. CHECKs that there is one.
void fill_random(void* bytes, std::size_t size);

}  // namespace mainstay::fabric
