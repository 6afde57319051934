// The border to CLI11, which throws: for asking for help as for a mistake.
#pragma once

#include <CLI/CLI.hpp>

#include "common/core/result.h"

namespace mainstay::cli {

struct ParseEnd {
  bool help = false;
  bool understood = false;
  std::string complaint;
};

inline ParseEnd guarded_parse(CLI::App& app, std::vector<std::string> words_reversed) {
  try {
    app.parse(std::move(words_reversed));
  } catch (const CLI::CallForHelp&) {
    return {.help = true, .understood = true, .complaint = {}};
  } catch (const CLI::ArgumentMismatch& error) {
    // "--reason: 1 required TEXT missing"
    const std::string words = error.what();
    return {.help = false,
            .understood = false,
            .complaint = "`" + words.substr(0, words.find(':')) + "` needs one value after it"};
  } catch (const CLI::ParseError& error) {
    return {.help = false, .understood = false, .complaint = error.what()};
  }
  return {.help = false, .understood = true, .complaint = {}};
}

}  // namespace mainstay::cli
