// What of an OVAL document (https://oval.mitre.org) decides which versions have a vulnerability.
// Definitions come first and name tests by id; what a test looks at and compares with comes later.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "coordinator/core/vulnerability/feed.h"
#include "coordinator/feed/collected.h"

namespace mainstay::coordinator {

struct OvalCriterion {
  std::string test;
  // Of Ubuntu's comments, "openssl package in jammy ...", which name the source package, where its
  // tests name the binary ones; empty elsewhere.
  std::string source;
  Fix said = Fix::Undetermined;  // by the comment
  std::string fixed;             // the same
};

struct OvalDefinition {
  bool is_patch = false;  // an advisory: it speaks of fixes alone
  std::set<std::string> ids;
  std::set<std::string> releases;
  std::string title;
  std::string description;
  Severity severity = Severity::Unknown;
  WallTime issued{};  // of an advisory
  std::vector<OvalCriterion> criteria;
};

struct OvalTest {
  bool is_package = false;  // looks at dpkg's or rpm's list
  std::string object;
  std::vector<std::string> states;
};

struct OvalObject {
  std::vector<std::string> names;
  std::string variable;  // whose values are the names
};

/// Which versions fit; nothing for a state that looks at anything else.
struct OvalState {
  std::string evr;
  std::string operation;  // "less than", ...
};

struct OvalDocument {
  std::vector<OvalDefinition> definitions;
  std::unordered_map<std::string, OvalTest> tests;
  std::unordered_map<std::string, OvalObject> objects;
  std::unordered_map<std::string, OvalState> states;
  std::unordered_map<std::string, std::vector<std::string>> variables;
};

/// Fills in `source`, `said` and `fixed` from a comment of Ubuntu's.
void read_oval_comment(std::string_view comment, OvalCriterion& criterion);
/// Follows each definition to what it says of packages. Malformed, with its first id, for one that
/// multiplies little into more than can be held.
Status resolve(const OvalDocument& document, Collected& to);

}  // namespace mainstay::coordinator
