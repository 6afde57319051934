// Errors as values. A Fault names what the caller can do about it; the detail is for people.
#pragma once

#include <expected>
#include <string>
#include <type_traits>
#include <utility>

namespace mainstay {

enum class Fault {
  Malformed,    // give up: it will never be right
  Denied,       // not allowed: signature, role, scope, limit
  Stale,        // read again, decide again
  Unavailable,  // try later
  Corrupt,      // stop and call a person
};

struct Error {
  Fault fault;
  std::string detail;
};

/// A class, not an alias: std::expected is not nodiscard in GCC 12, and a dropped error would
/// compile in silence.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

using Status = Result<void>;

inline std::unexpected<Error> fail(Fault fault, std::string detail) {
  return std::unexpected(Error{fault, std::move(detail)});
}

}  // namespace mainstay

#define MAINSTAY_JOIN2(a, b) a##b
#define MAINSTAY_JOIN(a, b) MAINSTAY_JOIN2(a, b)

/// TRY(const Plan plan, load_plan(path)); returns the error upward. TRY_STATUS for Status.
#define TRY(declaration, expression) \
  TRY_AS(MAINSTAY_JOIN(result_, __LINE__), declaration, expression)
#define TRY_AS(name, declaration, expression)                      \
  auto name = (expression);                                        \
  if (!(name).has_value()) return std::unexpected((name).error()); \
  declaration = std::move(*(name))
#define TRY_STATUS(expression)                              \
  if (auto MAINSTAY_JOIN(status_, __LINE__) = (expression); \
      !MAINSTAY_JOIN(status_, __LINE__).has_value())        \
  return std::unexpected(MAINSTAY_JOIN(status_, __LINE__).error())
