// The folder a store lives in: one process at a time, a cache that is thrown away when it may be
// damaged, and ballast to free on a full disk.
#pragma once

#include <cstddef>
#include <string>

#include "common/core/result.h"

namespace mainstay::store {

class Folder {
 public:
  /// Makes the folder (0700) and takes its lock. Unavailable, naming the other's pid, if another
  /// process has it.
  static Result<Folder> take(const std::string& path);
  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

  [[nodiscard]] std::string truth() const { return path_ + "/truth.mdb"; }
  [[nodiscard]] std::string cache() const { return path_ + "/cache.mdb"; }

  /// The cache is not synced: after a crash of the machine its pages may be any mixture. Removes it
  /// unless it was closed in order or has lived on this boot only, and marks it as open.
  void prepare_cache() const;
  /// After the cache was synced.
  void mark_cache_closed() const;
  void remove_cache() const;

  /// Space set aside, if the disk has plenty; failing to is no error.
  void keep_ballast(std::size_t bytes) const;
  void release_ballast() const;
  /// Whether the disk has this many bytes free, or of a small one a sixteenth; yes if it does not
  /// say.
  [[nodiscard]] bool has_room(std::size_t bytes) const;

  Status sync() const;

 private:
  Folder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

}  // namespace mainstay::store
