// hostile: speaks Mainstay's protocol wrongly on purpose, for tests/e2e/fleet_hostile_test.sh.
#include <span>

#include "tests/hostile/verbs.h"

int main(int count, char** words) {
  using namespace mainstay::hostile;
  struct Verb {
    std::string_view name;
    int (*run)(const Arguments&);
  };
  constexpr Verb kVerbs[] = {
      {"clone", run_clone}, {"flood", run_flood},   {"frames", run_frames}, {"gate", run_gate},
      {"idle", run_idle},   {"lies", run_lies},     {"slow", run_slow},     {"tap", run_tap},
      {"offer", run_offer}, {"pester", run_pester}, {"centre", run_centre}, {"permit", run_permit},
      {"show", run_show},
  };
  const std::string_view name = count > 1 ? words[1] : "";
  for (const Verb& verb : kVerbs) {
    if (verb.name == name) return verb.run(Arguments(count - 2, words + 2));
  }
  give_up("expected a verb of tests/hostile/README.md");
}
