// From criteria by way of tests, objects and states to statements about packages.
#include <algorithm>
#include <utility>

#include "coordinator/feed/oval_document.h"

namespace mainstay::coordinator {
namespace {

template <class Value>
const Value* find_in(const std::unordered_map<std::string, Value>& map, const std::string& id) {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : &found->second;
}

std::vector<std::string> names_of(const OvalDocument& document, const OvalTest& test) {
  const OvalObject* object = find_in(document.objects, test.object);
  if (object == nullptr) return {};
  if (object->variable.empty()) return object->names;
  const auto* values = find_in(document.variables, object->variable);
  return values == nullptr ? std::vector<std::string>{} : *values;
}

/// No epoch is 0: the shorter one is what people know.
std::string_view without_epoch_0(std::string_view version) {
  return version.starts_with("0:") ? version.substr(2) : version;
}

struct Verdict {
  bool speaks = false;
  Fix fix = Fix::Undetermined;
  std::string fixed;
};

/// Debian's generator writes "earlier than 0" where it does not know better.
Verdict verdict_of(const OvalState& state) {
  const std::string_view version = without_epoch_0(state.evr);
  if (state.operation == "greater than" || state.operation == "greater than or equal") {
    return {.speaks = true, .fix = Fix::None, .fixed = {}};
  }
  if (state.operation != "less than" || version == "0" || version == "0-0") {
    return {.speaks = true, .fix = Fix::Undetermined, .fixed = {}};
  }
  return {.speaks = true, .fix = Fix::Published, .fixed = std::string(version)};
}

/// Tests without a state ask whether the package is there: where no fix is named, every version has
/// it. Other states ask for keys of signatures, or for the release.
Verdict verdict_of(const OvalDocument& document, const OvalDefinition& definition,
                   const OvalCriterion& criterion, const OvalTest* test) {
  if (test != nullptr && test->is_package) {
    for (const std::string& id : test->states) {
      const OvalState* state = find_in(document.states, id);
      if (state != nullptr && !state->evr.empty()) return verdict_of(*state);
    }
  }
  if (!criterion.source.empty()) {
    return {.speaks = true, .fix = criterion.said, .fixed = criterion.fixed};
  }
  const bool is_bare = test != nullptr && test->is_package && test->states.empty();
  return {.speaks = is_bare && !definition.is_patch, .fix = Fix::None, .fixed = {}};
}

void add_statements(const OvalDocument& document, const OvalDefinition& definition,
                    const OvalCriterion& criterion, std::vector<Statement>& statements) {
  const OvalTest* test = find_in(document.tests, criterion.test);
  const Verdict verdict = verdict_of(document, definition, criterion, test);
  if (!verdict.speaks) return;
  std::vector<std::string> names;
  if (!criterion.source.empty()) {
    names = {criterion.source};
  } else if (test != nullptr) {
    names = names_of(document, *test);
  }
  for (const std::string& release : definition.releases) {
    for (const std::string& name : names) {
      // The package that says which release it is.
      if (name.ends_with("-release")) continue;
      statements.push_back({.release = release,
                            .package = name,
                            .fix = verdict.fix,
                            .introduced = {},
                            .fixed = verdict.fixed});
    }
  }
}

void resolve_definition(const OvalDocument& document, const OvalDefinition& definition,
                        Collected& to) {
  if (definition.ids.empty()) return to.leave_out("definitions without a CVE id");
  if (definition.releases.empty()) {
    return to.leave_out("definitions for other systems than hosts are here");
  }
  Vulnerability made;
  // The title of an advisory says more of it than its long description, that of a CVE less.
  const bool by_title = definition.is_patch || definition.description.empty();
  made.text = by_title ? definition.title : definition.description;
  made.severity = definition.severity;
  for (const OvalCriterion& criterion : definition.criteria) {
    add_statements(document, definition, criterion, made.statements);
  }
  for (const std::string& id : definition.ids) {
    Vulnerability one = made;
    one.id = id;
    to.add(std::move(one));
  }
}

}  // namespace

void resolve(const OvalDocument& document, Collected& to) {
  for (const OvalDefinition& definition : document.definitions) {
    if (to.is_full()) return;
    resolve_definition(document, definition, to);
  }
}

}  // namespace mainstay::coordinator
