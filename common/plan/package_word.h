// The words of which lists of packages and lists of vulnerabilities are made: between blanks, none
// of them needs an escape anywhere. What one list may name, the other may: so the rules are here.
#pragma once

#include <string_view>

namespace mainstay {

// The longest known are half of it: names 60, versions 50 characters.
inline constexpr std::size_t kPackageWordBytesMax = 128;

/// Begins as every name and version does, and has no other characters than `more` besides.
bool is_package_word(std::string_view text, std::string_view more);
/// By the rules of dpkg (Debian Policy 5.6.1) and what rpm allows besides.
bool is_package_name(std::string_view text);
/// By the rules of dpkg (Debian Policy 5.6.12), and rpm's caret and underline.
bool is_package_version(std::string_view text);
/// "debian:12": os-release's ID and VERSION_ID, which may be empty.
bool is_package_release(std::string_view text);

/// Up to the next blank, which is taken away with it.
std::string_view take_word(std::string_view& line);

}  // namespace mainstay
