// The words that a selector compares names with, for those who look for a misspelt one. Negated
// comparisons do not count: they hold for hosts without the word, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mainstay {

struct AskedWord {
  std::string name;
  std::string word;
  bool operator==(const AskedWord&) const = default;
};

/// Of `role = web` and `role in (web, db)`, in the order of the text. For a text that parses.
std::vector<AskedWord> asked_words(std::string_view selector);

}  // namespace mainstay
