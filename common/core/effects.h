// What a core's step asks for: rows to commit, then commands to run once the commit is done.
#pragma once

#include <utility>
#include <vector>

#include "common/core/axis.h"

namespace mainstay {

/// `erase`: only the key of the row counts.
template <class Row>
struct Write {
  Axis axis = Axis::Truth;
  Row row;
  bool erase = false;
};

/// Every command is idempotent: after a restart the core orders again what its state implies.
template <class Row, class Command>
struct Effects {
  std::vector<Write<Row>> writes;
  std::vector<Command> commands;
};

}  // namespace mainstay
