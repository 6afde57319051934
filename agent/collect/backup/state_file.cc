#include "agent/collect/backup/state_file.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/digest.h"
#include "common/core/errno_text.h"
#include "common/loop/fd.h"
#include "common/loop/files.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::size_t kStateBytesMax = 16UL * 1024;
constexpr std::string_view kSumKey = "sum";

std::string sum_of(std::string_view text) {
  return to_hex(sha256(as_bytes(text)).view());
}

std::unexpected<Error> not_believed(const std::string& path, const std::string& why) {
  return fail(Fault::Corrupt, path + ": " + why);
}

}  // namespace

Status write_state(const std::string& path, const StateLines& lines) {
  std::string text;
  for (const auto& [key, value] : lines) {
    std::string line = value;
    std::ranges::replace_if(line, [](char c) { return c >= 0 && c < ' '; }, ' ');
    text.append(key).append(": ").append(line).append("\n");
  }
  const std::string sum = sum_of(text);
  text.append(kSumKey).append(": ").append(sum).append("\n");
  return loop::write_file_durably(path, as_bytes(text), 0600);
}

Result<std::optional<KeyLines>> read_state(const std::string& path,
                                           std::span<const std::string_view> keys) {
  const loop::Fd fd(
      ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.open()) {
    const int error = errno;
    if (error == ENOENT) return std::optional<KeyLines>();
    if (error == EACCES) return fail(Fault::Denied, "needs root: " + path);
    return not_believed(path, errno_text("not opened", error));
  }
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return not_believed(path, "not a regular file");
  }
  if ((info.st_mode & 0022U) != 0 || (info.st_uid != 0 && info.st_uid != ::geteuid())) {
    return not_believed(path, "others may write it");
  }
  std::string text(kStateBytesMax + 1, '\0');
  const ssize_t count = ::read(fd.get(), text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  const auto sum_at = text.rfind(std::string(kSumKey) + ": ");
  if (sum_at == std::string::npos ||
      text.substr(sum_at) != std::string(kSumKey) + ": " + sum_of(text.substr(0, sum_at)) + "\n") {
    return not_believed(path, "damaged");
  }
  const KeySet set{.known = keys, .required = keys};
  auto lines = KeyLines::parse(std::string_view(text).substr(0, sum_at), path, set);
  if (!lines.has_value()) return fail(Fault::Corrupt, lines.error().detail);
  return std::optional(std::move(*lines));
}

Result<WallTime> instant_in(const KeyLines& lines, std::string_view key, WallTime now) {
  TRY(const std::uint64_t seconds,
      lines.number(key, static_cast<std::uint64_t>(to_ms(now)) / 1000));
  return wall_from_ms(static_cast<std::int64_t>(seconds) * 1000);
}

std::string seconds_line(WallTime at) {
  return std::to_string(std::max<std::int64_t>(to_ms(at), 0) / 1000);
}

}  // namespace mainstay::agent::backup
