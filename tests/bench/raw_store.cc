// The limit of the store: bare LMDB with the store's flags, the same number of rows in groups.
//
//   raw_store FOLDER ROWS BYTES-A-ROW ROWS-A-COMMIT      prints {"seconds":...,"commits":...}
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <lmdb.h>

namespace {

void expect(int error) {
  if (error == 0) return;
  (void)std::fprintf(stderr, "raw_store: %s\n", mdb_strerror(error));
  std::exit(1);
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return 2;
  const std::size_t rows = std::strtoul(words[2], nullptr, 10);
  const std::string value(std::strtoul(words[3], nullptr, 10), 'v');
  const std::size_t group = std::strtoul(words[4], nullptr, 10);
  MDB_env* environment = nullptr;
  expect(mdb_env_create(&environment));
  expect(mdb_env_set_mapsize(environment, std::size_t{4} << 30U));
  expect(mdb_env_open(environment, words[1], MDB_NOTLS, 0600));
  MDB_dbi table = 0;
  MDB_txn* transaction = nullptr;
  std::size_t commits = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < rows; ++i) {
    if (transaction == nullptr) {
      expect(mdb_txn_begin(environment, nullptr, 0, &transaction));
      if (commits == 0) expect(mdb_dbi_open(transaction, nullptr, 0, &table));
    }
    std::string name = "row/" + std::to_string(100'000'000 + i);
    MDB_val key{.mv_size = name.size(), .mv_data = name.data()};
    MDB_val data{.mv_size = value.size(), .mv_data = const_cast<char*>(value.data())};
    expect(mdb_put(transaction, table, &key, &data, 0));
    if ((i + 1) % group != 0 && i + 1 != rows) continue;
    expect(mdb_txn_commit(transaction));
    transaction = nullptr;
    commits += 1;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  (void)std::printf("{\"seconds\":%.4f,\"commits\":%zu}\n", took.count(), commits);
  mdb_env_close(environment);
  return 0;
}
