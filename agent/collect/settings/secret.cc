#include "agent/collect/settings/secret.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/settings/settings_file.h"
#include "common/core/bytes.h"
#include "common/core/errno_text.h"
#include "common/loop/fd.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kSecretBytesMax = 4096;

bool is_credential_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name[0] != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

std::unexpected<Error> secret_errno(const std::string& path) {
  const int error = errno;
  if (error == EACCES) return fail(Fault::Denied, "needs root: " + path);
  return fail(Fault::Denied, errno_text(path, error));
}

Result<std::string> path_of(const Secret& secret) {
  if (secret.kind == Secret::Kind::File) return secret.name;
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') {
    return fail(Fault::Denied, "no credential " + secret.name + " was handed over");
  }
  return folder + ("/" + secret.name);
}

/// The service manager sees to the mode of what it hands over; a file is the writer's business.
Status check_owner(const struct stat& info, const std::string& path) {
  if ((info.st_mode & 0077U) != 0) {
    return fail(Fault::Denied, path + ": readable by others; chmod 0600");
  }
  if (info.st_uid != 0 && info.st_uid != ::geteuid()) {
    return fail(Fault::Denied, path + ": belongs to another user");
  }
  return {};
}

}  // namespace

Result<Secret> read_secret(const document::Fields& fields) {
  const document::Node* credential = fields.find("password_credential");
  const document::Node* path = fields.find("password_file");
  if (credential != nullptr && path != nullptr) {
    return document::complain(fields.file(), path->place,
                              "expected `password_credential` or `password_file`, not both");
  }
  if (path != nullptr) {
    TRY(std::string name, read_path(*path, fields.file()));
    return Secret{.kind = Secret::Kind::File, .name = std::move(name)};
  }
  if (credential == nullptr) return Secret{};
  TRY(std::string name, document::read_text(*credential, fields.file()));
  if (!is_credential_name(name)) {
    return document::complain(fields.file(), credential->place,
                              "expected a credential's name: letters, digits, `-`, `_`, `.`");
  }
  return Secret{.kind = Secret::Kind::Credential, .name = std::move(name)};
}

Result<std::string> load_secret(const Secret& secret) {
  if (secret.kind == Secret::Kind::None) return std::string();
  TRY(const std::string path, path_of(secret));
  const loop::Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.open()) return secret_errno(path);
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return secret_errno(path);
  if (!S_ISREG(info.st_mode)) return fail(Fault::Denied, path + ": not a regular file");
  if (secret.kind == Secret::Kind::File) TRY_STATUS(check_owner(info, path));
  std::string text(kSecretBytesMax + 1, '\0');
  const ssize_t count = ::read(fd.get(), text.data(), text.size());
  if (count < 0) return secret_errno(path);
  text.resize(static_cast<std::size_t>(count));
  if (text.ends_with('\n')) text.pop_back();
  const bool is_line = !text.empty() && text.size() <= kSecretBytesMax &&
                       text.find('\n') == std::string::npos && text.find('\0') == std::string::npos;
  if (!is_line) return fail(Fault::Denied, path + ": expected one line with a password");
  return text;
}

}  // namespace mainstay::agent
