// What a tool's own check said, read from its words. Three values: a check that could not be made
// is neither good nor bad, and one that read nothing has proved nothing, whatever it prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::agent::backup {

struct CheckSaid {
  enum class Verdict { NotProved, Proved, Refuted };
  Verdict verdict = Verdict::NotProved;
  std::string reason;         // the tool's line that decided, unless proved
  std::int64_t read = 0;      // packs, chunks or files, as the tool counts
  std::int64_t of = 0;        // of how many this run was to read
  std::int64_t of_all = 0;    // and how many there are
  bool has_read_data = true;  // else only checksums of the storage, or the structure
};

/// How a program ended, and what it said.
struct ToolWords {
  int exit = 0;
  std::string_view output;
  std::string_view error_output;
};

/// The first line that holds `words`, without the spaces around it; nothing if none does.
std::optional<std::string_view> line_with(std::string_view text, std::string_view words);
/// The same, of lines that begin with them.
std::optional<std::string_view> line_from(std::string_view text, std::string_view words);
/// The first line that is not empty.
std::string_view first_line(std::string_view text);
/// The last one. Most tools give the cause last.
std::string_view last_line(std::string_view text);
/// The number from 0 on that stands right after `words`; nothing if there is none.
std::optional<std::int64_t> number_after(std::string_view text, std::string_view words);

}  // namespace mainstay::agent::backup
