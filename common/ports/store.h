// Where state survives. Truth is synced before `done`; cache is local, unsynced and may be lost or
// come back older, so nothing may be decided on it that truth does not bear out.
//
// 1. A step's truth writes are in one transaction: all of them or none.
// 2. `done` callbacks run on the loop thread, in the order of their commits, and only after the
//    truth of their step is synced; they do not wait for cache.
// 3. A failed commit ends the process: memory is ahead of disk.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/axis.h"
#include "common/core/bytes.h"
#include "common/core/result.h"

namespace mainstay {

/// An absent value erases the key.
struct KeyValue {
  std::string key;  // printable ASCII without spaces, parts separated by '/'
  std::optional<Bytes> value;
  Axis axis;
};

inline constexpr std::size_t kKeyBytesMax = 256;
// A replicated store must take a step as one transaction; etcd allows 128 operations and 1.5 MiB.
inline constexpr std::size_t kStepTruthKeysMax = 64;
inline constexpr std::size_t kStepTruthBytesMax = 256 * 1024;
// Cache of one step: as much as a report in its largest form, with room.
inline constexpr std::size_t kStepCacheKeysMax = 1024;
inline constexpr std::size_t kStepCacheBytesMax = 8 * 1024 * 1024;

inline bool is_key(std::string_view key) {
  if (key.empty() || key.size() > kKeyBytesMax) return false;
  for (const char c : key) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

/// Whether a step may be committed as it is. A core that exceeds this has a bug; every
/// implementation checks it.
inline Status check_step(std::span<const KeyValue> writes) {
  std::size_t keys[2] = {};
  std::size_t bytes[2] = {};
  for (const auto& write : writes) {
    if (!is_key(write.key)) return fail(Fault::Malformed, "not a store key: " + write.key);
    const std::size_t axis = write.axis == Axis::Truth ? 0 : 1;
    keys[axis] += 1;
    bytes[axis] += write.key.size() + (write.value ? write.value->size() : 0);
  }
  if (keys[0] > kStepTruthKeysMax || bytes[0] > kStepTruthBytesMax) {
    return fail(Fault::Malformed, "a step wrote " + std::to_string(keys[0]) + " truth keys, " +
                                      std::to_string(bytes[0]) + " bytes: too much");
  }
  if (keys[1] > kStepCacheKeysMax || bytes[1] > kStepCacheBytesMax) {
    return fail(Fault::Malformed, "a step wrote " + std::to_string(keys[1]) + " cache keys, " +
                                      std::to_string(bytes[1]) + " bytes: too much");
  }
  return {};
}

struct Store {
  virtual ~Store() = default;
  virtual void commit(std::vector<KeyValue> writes, std::move_only_function<void()> done) = 0;
};

/// What a start reads back. Sees what was committed, not what is on its way.
struct Records {
  using Visit = std::function<Status(std::string_view key, ByteView value)>;

  virtual ~Records() = default;
  [[nodiscard]] virtual Result<std::optional<Bytes>> get(Axis axis, std::string_view key) const = 0;
  /// In the order of the keys' bytes; stops at the first error, the visitor's own included.
  virtual Status for_each(Axis axis, std::string_view prefix, const Visit& visit) const = 0;
};

}  // namespace mainstay
