// A link key's secret half as a file: 64 hexadecimal digits, mode 0600.
#pragma once

#include <string>

#include "common/core/result.h"
#include "common/fabric/key_pair.h"

namespace mainstay::coordinator {

Result<fabric::KeyPair> read_link_key(const std::string& path);
/// Makes a new one. Denied if the file exists: a key is never overwritten.
Result<fabric::KeyPair> create_link_key(const std::string& path);

}  // namespace mainstay::coordinator
