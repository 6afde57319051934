// The audit chain, recomputed here from its records: each names the digest of the one before, and
// hosts keep the newest link they saw, so a gap, a change or a second history shows.
#pragma once

#include <map>
#include <string>

#include "common/core/digest.h"
#include "common/core/result.h"
#include "coordinator/cli/answer.h"

namespace mainstay::cli {

class ChainCheck {
 public:
  /// A page of records in order. Denied names the first record that does not hold.
  Status add(const Answer& page);
  /// After the last page: the head the centre names, and what hosts saw. Denied names the place.
  Status finish(const Answer& page);

  [[nodiscard]] std::uint64_t records() const { return last_; }
  [[nodiscard]] std::size_t witnesses() const { return witnesses_; }
  [[nodiscard]] std::uint64_t next() const { return last_ + 1; }

 private:
  Status add_record(const Answer& record);
  std::uint64_t last_ = 0;
  Digest digest_;
  std::map<std::uint64_t, Digest> digests_;
  std::size_t witnesses_ = 0;
};

}  // namespace mainstay::cli
