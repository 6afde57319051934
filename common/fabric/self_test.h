// Proves from outside that a server lets in whom it should and nobody else. CURVE by itself admits
// any key, and ZAP has states in which it admits everyone; only trying tells.
//
// Run it before serving and once a minute; on failure the process must end.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "common/core/result.h"
#include "common/core/time.h"
#include "common/fabric/admission.h"
#include "common/fabric/key_pair.h"

namespace mainstay::fabric {

struct SelfTestTarget {
  std::string endpoint;
  LinkKey server_key;
  KeyPair known;  // admitted by the server
  Admit admit;    // with Any, an unknown key is let in rightly
  /// Told what the test tries, so that the server does not count it as strangers' doing.
  std::shared_ptr<Admission> admission = nullptr;
  // False while the server listens to nobody, when there is nothing to prove.
  std::shared_ptr<const std::atomic<bool>> listening = nullptr;
};

/// Denied: somebody got in who should not. Unavailable: the known key did not. Blocks for at most
/// three times `time_max`, and usually milliseconds. Any thread; it has a context of its own.
Status self_test(const SelfTestTarget& target, Duration time_max);

/// Repeats the test on a thread of its own, so that the loop never waits for it.
class SelfTestThread {
 public:
  /// `on_failure` comes on that thread, at most once; it is expected to post to the loop.
  SelfTestThread(SelfTestTarget target, Duration period,
                 std::move_only_function<void(Error)> on_failure);
  ~SelfTestThread();
  SelfTestThread(const SelfTestThread&) = delete;
  SelfTestThread& operator=(const SelfTestThread&) = delete;

 private:
  void run();
  /// Whether the test would say anything about the server just now.
  [[nodiscard]] bool is_possible() const;

  SelfTestTarget target_;
  Duration period_;
  std::move_only_function<void(Error)> on_failure_;
  // A mutex, because the owner ends the wait of the thread.
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace mainstay::fabric
