// The library's headers, in the one order in which clang takes them: the packaged 0.9.2 lacks a
// comparison that clang does not find in C++20 and later. Within common/wire only.
#pragma once

// clang-format off: the comparison must stand before the headers that use it.
#include <kj/string.h>

#ifdef __clang__
namespace kj {
inline bool operator==(const char* a, const StringPtr& b) { return b == StringPtr(a); }
}  // namespace kj
#endif

#include <capnp/list.h>
#include <capnp/message.h>
#include <capnp/serialize.h>
// clang-format on
