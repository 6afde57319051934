// What dpkg itself complained of: apt only says that it failed.
#pragma once

#include <string>
#include <string_view>

namespace mainstay::apt {

/// "webd: installed webd package post-installation script ...", from the last such lines of what
/// dpkg printed; empty if there are none.
std::string dpkg_complaint(std::string_view output);

}  // namespace mainstay::apt
