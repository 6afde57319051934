#include "agent/collect/history/history_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/errno_text.h"

namespace mainstay::agent {

Status HistoryFile::open() {
  fd_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!fd_.open()) return fail(Fault::Unavailable, errno_text(path_, errno));
  struct stat what = {};
  const bool is_file = ::fstat(fd_.get(), &what) == 0 && S_ISREG(what.st_mode);
  if (!is_file) {
    fd_.reset();
    return fail(Fault::Unavailable, path_ + ": no regular file");
  }
  const HistoryHeader own{.kind = layout_.kind};
  Room<kHistoryHeaderBytes> block(kHistoryHeaderBytes);
  const auto header = read_at(0, block.span()) ? read_header(block.span()) : std::nullopt;
  // Blocks of another version or kind would be read as garbage; under a damaged header they prove
  // themselves.
  Status status = header && *header != own ? start_anew() : Status();
  if (status.has_value()) {
    const int error = ::posix_fallocate(fd_.get(), 0, static_cast<off_t>(layout_.file_bytes()));
    if (error != 0) status = fail(Fault::Unavailable, errno_text(path_, error));
  }
  if (status.has_value() && header != own) {
    write_header(own, block.span());
    status = write_at(0, block.span());
  }
  if (!status.has_value()) fd_.reset();
  return status;
}

Status HistoryFile::start_anew() {
  if (::ftruncate(fd_.get(), 0) == 0) return {};
  return fail(Fault::Unavailable, errno_text(path_, errno));
}

bool HistoryFile::read_at(std::size_t at, std::span<std::byte> block) const {
  if (!fd_.open()) return false;
  const ssize_t count = ::pread(fd_.get(), block.data(), block.size(), static_cast<off_t>(at));
  return count == static_cast<ssize_t>(block.size());
}

Status HistoryFile::write_at(std::size_t at, ByteView block) {
  const ssize_t count = ::pwrite(fd_.get(), block.data(), block.size(), static_cast<off_t>(at));
  if (count == static_cast<ssize_t>(block.size())) return {};
  // A file system that copies what it overwrites can be full all the same.
  return fail(Fault::Unavailable, errno_text(path_, count < 0 ? errno : ENOSPC));
}

}  // namespace mainstay::agent
