// Lists of vulnerabilities: sent by operators in parts, read once, kept as files beside the store
// under the digest of their text. Which of them count is the core's: its rows name the digests.
//
// 1. A file is there, synced and lawful, before a row can name it.
// 2. A file that no row names is removed at the next start, or when the next list comes.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/core/time.h"
#include "common/plan/request.h"
#include "common/ports/log.h"
#include "common/row/coordinator_row.h"
#include "coordinator/core/event.h"
#include "coordinator/core/vulnerability/feed.h"

namespace mainstay::coordinator {

/// By name.
using FeedsInUse = std::map<std::string, Feed>;

class Feeds {
 public:
  /// The folder is made with the first list. `log` outlives it.
  Feeds(std::string folder, Log& log) : folder_(std::move(folder)), log_(log) {}

  /// A part of a list; Unavailable while another operator is sending one. True: it is here, whole.
  /// `rows` name the lists that count.
  Result<bool> add(const LinkKey& from, Part part, const std::map<std::string, FeedRow>& rows,
                   Now now);
  /// What a request that names this digest is about; nothing if it was not sent.
  [[nodiscard]] std::optional<ReadFeed> ready(const Digest& digest) const;
  /// Zero: no list of this name any more.
  void use(const std::string& name, const Digest& digest);
  /// Removes every file that no row names; once, when all rows are known.
  void sweep(const std::map<std::string, FeedRow>& rows);
  [[nodiscard]] const FeedsInUse& in_use() const { return in_use_; }

 private:
  struct Sending {
    LinkKey from;
    Digest digest;
    Instant heard;
    Assembler parts;
  };
  struct Ready {
    Digest digest;
    Feed feed;
  };

  Status keep(const Digest& digest, const Bytes& bytes, const std::map<std::string, FeedRow>& rows);
  [[nodiscard]] std::string path_of(const Digest& digest) const;
  Result<Feed> load(const Digest& digest) const;
  /// Unless a row names it, whose commit may be on its way.
  void forget_ready(const std::map<std::string, FeedRow>& rows);

  std::string folder_;
  Log& log_;
  std::optional<Sending> sending_;
  std::optional<Ready> ready_;
  std::map<std::string, Digest> digests_;  // in use, by name
  FeedsInUse in_use_;
};

}  // namespace mainstay::coordinator
