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

/// Borrowed from the document: thousands of criteria may lead to one long list. Null: none.
const std::vector<std::string>* names_of(const OvalDocument& document, const OvalTest& test) {
  const OvalObject* object = find_in(document.objects, test.object);
  if (object == nullptr) return nullptr;
  const bool is_own = object->variable.empty();
  const auto* names = is_own ? &object->names : find_in(document.variables, object->variable);
  return names == nullptr || names->empty() ? nullptr : names;
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
/// it. Other states ask for keys of signatures, or for the release; one that is not there may have
/// asked for anything.
Verdict verdict_of(const OvalDocument& document, const OvalDefinition& definition,
                   const OvalCriterion& criterion, const OvalTest* test) {
  bool is_whole = true;
  if (test != nullptr && test->is_package) {
    for (const std::string& id : test->states) {
      const OvalState* state = find_in(document.states, id);
      if (state == nullptr) is_whole = false;
      if (state != nullptr && !state->evr.empty()) return verdict_of(*state);
    }
  }
  if (!criterion.source.empty()) {
    return {.speaks = true, .fix = criterion.said, .fixed = criterion.fixed};
  }
  if (!is_whole) return {.speaks = true, .fix = Fix::Undetermined, .fixed = {}};
  const bool is_bare = test != nullptr && test->is_package && test->states.empty();
  return {.speaks = is_bare && !definition.is_patch, .fix = Fix::None, .fixed = {}};
}

/// What one definition says, in the making.
class Sayings {
 public:
  Sayings(const OvalDocument& document, const OvalDefinition& definition, Collected& to)
      : document_(document), definition_(definition), to_(to) {}

  void add(const OvalCriterion& criterion);
  [[nodiscard]] bool is_too_much() const { return pairs_ > kPairsMax; }

  std::vector<Statement> statements;

 private:
  // Names in releases, before those that are alike are joined, of which kStatementsMax can be kept:
  // a definition for several systems may name its packages again for each of them. A file of a few
  // MB could else make thousands of millions.
  static constexpr std::size_t kPairsMax = 16 * kStatementsMax;

  void add_named(const std::vector<std::string>& names, const Verdict& verdict);

  const OvalDocument& document_;
  const OvalDefinition& definition_;
  Collected& to_;
  std::size_t pairs_ = 0;
};

void Sayings::add(const OvalCriterion& criterion) {
  const OvalTest* test = find_in(document_.tests, criterion.test);
  const Verdict verdict = verdict_of(document_, definition_, criterion, test);
  if (!criterion.source.empty()) return add_named({criterion.source}, verdict);
  if (test == nullptr) return to_.leave_out("criteria whose test is not there");
  if (!verdict.speaks) return;
  const auto* names = names_of(document_, *test);
  if (names == nullptr) return to_.leave_out("tests that name no package");
  add_named(*names, verdict);
}

void Sayings::add_named(const std::vector<std::string>& names, const Verdict& verdict) {
  pairs_ += names.size() * definition_.releases.size();
  if (is_too_much()) return;
  for (const std::string& release : definition_.releases) {
    for (const std::string& name : names) {
      // The package that says which release it is.
      if (name.ends_with("-release")) continue;
      statements.push_back({.release = release,
                            .package = name,
                            .fix = verdict.fix,
                            .introduced = {},
                            .fixed = verdict.fixed,
                            // One that is no advisory was issued when nothing was mended yet.
                            .published = definition_.is_patch ? definition_.issued : WallTime{}});
    }
  }
}

Status resolve_definition(const OvalDocument& document, const OvalDefinition& definition,
                          Collected& to) {
  Sayings sayings(document, definition, to);
  for (const OvalCriterion& criterion : definition.criteria) {
    sayings.add(criterion);
    if (!sayings.is_too_much()) continue;
    return fail(Fault::Malformed, "the definition of " + *definition.ids.begin() +
                                      " names more packages than can be held");
  }
  Vulnerability made;
  // The title of an advisory says more of it than its long description, that of a CVE less.
  const bool by_title = definition.is_patch || definition.description.empty();
  made.text = by_title ? definition.title : definition.description;
  made.severity = definition.severity;
  made.statements = std::move(sayings.statements);
  for (const std::string& id : definition.ids) {
    if (to.is_full()) return {};
    Vulnerability one = made;
    one.id = id;
    to.add(std::move(one));
  }
  return {};
}

}  // namespace

Status resolve(const OvalDocument& document, Collected& to) {
  for (const OvalDefinition& definition : document.definitions) {
    if (to.is_full()) return {};
    if (definition.ids.empty()) {
      to.leave_out("definitions without a CVE id");
    } else if (definition.releases.empty()) {
      to.leave_out("definitions for other systems than hosts are here");
    } else {
      TRY_STATUS(resolve_definition(document, definition, to));
    }
  }
  return {};
}

}  // namespace mainstay::coordinator
