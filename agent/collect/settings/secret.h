// A password that a settings file names and does not hold.
#pragma once

#include <string>

#include "common/core/result.h"
#include "common/document/fields.h"

namespace mainstay::agent {

struct Secret {
  enum class Kind { None, Credential, File };
  Kind kind = Kind::None;
  std::string name;  // of the credential, or the path
};

/// By `password_credential` or `password_file`, which the caller has among its keys.
Result<Secret> read_secret(const document::Fields& fields);

/// One line, without its end. Denied, with the reason, if it is not there, not readable, or
/// readable by others; empty for Kind::None.
Result<std::string> load_secret(const Secret& secret);

}  // namespace mainstay::agent
