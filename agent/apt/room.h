// May a set be installed, and is there room for it? Looked at before anything begins, since dpkg on
// a full disk leaves halves.
#pragma once

#include <cstdint>
#include <string>

#include "agent/apt/root.h"

namespace mainstay::apt {

/// What a set takes, by apt's own figures.
struct SetSize {
  std::uint64_t download_bytes = 0;
  std::int64_t install_bytes = 0;  // less than zero: it frees some
  bool has_kernel = false;
};
SetSize size_of(const Simulation& simulation);

/// Which file system lacks how much, of those below /, /usr, /var and /boot; empty if all have
/// room. Beside what the set takes, each keeps some bytes for dpkg's own files.
std::string shortage_of_room(const Root& root, const SetSize& size);

/// Whether `set` may be installed as it was simulated: nothing is removed, nothing but it is
/// installed, and there is room. One judge, before a plan is made and again before dpkg begins.
Refusal judge_set(const Root& root, const Simulation& simulation,
                  const std::vector<PackageVersion>& set);

}  // namespace mainstay::apt
