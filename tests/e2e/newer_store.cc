// Makes a store look as if a newer version had written it: newer_store FILE, with the store's
// truth.
#include <cstdio>

#include "common/store/environment.h"
#include "common/store/meta.h"

int main(int count, char** words) {
  using namespace mainstay::store;
  if (count != 2) return 2;
  const auto truth = Environment::open(words[1], std::size_t{1} << 30U, Syncing::EachCommit);
  if (!truth) return std::fprintf(stderr, "%s\n", truth.error().detail.c_str()), 1;
  const auto agreed =
      agree_on_schema(**truth, {.written = 1000, .known = 1000, .needed = 1000, .version = "99.0"});
  return agreed ? 0 : 1;
}
