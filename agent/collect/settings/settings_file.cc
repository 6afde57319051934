#include "agent/collect/settings/settings_file.h"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

#include "common/core/bytes.h"
#include "common/document/fields.h"
#include "common/loop/files.h"

namespace mainstay::agent {

Result<SettingsFile> settings_file_of(const std::vector<std::string>& words,
                                      std::string_view usual) {
  if (words.empty()) return SettingsFile{.path = std::string(usual)};
  if (words[0] != "--file") return fail(Fault::Malformed, "no such option: " + words[0]);
  if (words.size() == 1 || words[1].empty()) {
    return fail(Fault::Malformed, "--file: expected a path");
  }
  if (words.size() > 2) return fail(Fault::Malformed, "no such option: " + words[2]);
  return SettingsFile{.path = words[1], .is_named = true};
}

Result<std::optional<document::Node>> load_settings(const SettingsFile& file) {
  if (::access(file.path.c_str(), R_OK) != 0) {
    if (errno == ENOENT && !file.is_named) return std::optional<document::Node>();
    if (errno == EACCES) return fail(Fault::Denied, "needs root: " + file.path);
  }
  // What root looks at, and with which repositories and programs, only root may say.
  struct stat what = {};
  const bool is_root = ::geteuid() == 0;
  if (is_root && ::stat(file.path.c_str(), &what) == 0 &&
      (what.st_uid != 0 || (what.st_mode & (S_IWGRP | S_IWOTH)) != 0)) {
    return fail(Fault::Denied, file.path + ": others can write this: chown root, chmod go-w");
  }
  TRY(const Bytes bytes, loop::read_file(file.path, document::kDocumentBytesMax));
  TRY(document::Node node, document::parse_yaml(as_text(bytes), file.path));
  return std::optional(std::move(node));
}

Result<std::string> read_path(const document::Node& node, const std::string& file) {
  auto path = document::read_text(node, file);
  if (!path.has_value()) return path;
  if (!path->starts_with('/') || path->find('\n') != std::string::npos) {
    return document::complain(file, node.place, "expected a path that begins with /");
  }
  if ((*path + "/").find("/../") != std::string::npos) {
    return document::complain(file, node.place, "expected a path without `..`");
  }
  return path;
}

}  // namespace mainstay::agent
