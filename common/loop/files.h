// Files, durably: what these functions report as written survives a power cut. They need no loop.
//
// Callers give paths of their own making; nothing a host or peer says becomes a path.
#pragma once

#include <string>

#include <sys/types.h>

#include "common/core/bytes.h"
#include "common/core/result.h"

namespace mainstay::loop {

/// The whole file. Unavailable if it is absent or unreadable, Malformed if it is longer than
/// `bytes_max` or no regular file. Files in /proc, whose size reads as 0, work too.
Result<Bytes> read_file(const std::string& path, std::size_t bytes_max);

/// Replaces the file in one step: readers see the old content or the new, also after a crash.
Status write_file_durably(const std::string& path, ByteView bytes, mode_t mode);

/// Creates the file or fails: Denied if it exists, which is how two starts of one attempt are told
/// apart. The file is never seen half written after a crash of this process alone, but may be empty
/// after a power cut in the middle; its existence is what counts.
Status create_exclusive(const std::string& path, ByteView bytes, mode_t mode = 0600);

/// Removes the file and syncs its folder. A file that is not there is no error.
Status remove_durably(const std::string& path);

/// Syncs the folder that holds `path`.
Status sync_folder_of(const std::string& path);

/// "path: message of errno", for an Error's detail.
std::string describe_errno(const std::string& what, int error);

}  // namespace mainstay::loop
