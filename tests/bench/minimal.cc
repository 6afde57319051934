// The least an agent of this kind can cost: one CURVE socket to raw_server, a libuv loop, an open
// LMDB, and each 10 s a report of 400 bytes and a row.
//
//   minimal ENDPOINT SECRET-OF-THE-SERVER-IN-HEX FOLDER
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <lmdb.h>
#include <uv.h>
#include <zmq.h>

#include "common/core/bytes.h"

namespace {

using namespace mainstay;

struct World {
  void* socket = nullptr;
  MDB_env* environment = nullptr;
  MDB_dbi table = 0;
};

void expect(bool holds, const char* what) {
  if (holds) return;
  (void)std::fprintf(stderr, "minimal: %s\n", what);
  std::exit(1);
}

void drain(World& world) {
  std::array<char, 1024> frame{};
  while (zmq_recv(world.socket, frame.data(), frame.size(), ZMQ_DONTWAIT) >= 0) {
  }
}

void report(World& world) {
  const std::string text(400, 'r');
  zmq_send(world.socket, text.data(), text.size(), ZMQ_DONTWAIT);
  std::string name = "seen";
  MDB_txn* transaction = nullptr;
  expect(mdb_txn_begin(world.environment, nullptr, 0, &transaction) == 0, "begin");
  MDB_val key{.mv_size = name.size(), .mv_data = name.data()};
  MDB_val data{.mv_size = text.size(), .mv_data = const_cast<char*>(text.data())};
  expect(mdb_put(transaction, world.table, &key, &data, 0) == 0, "put");
  expect(mdb_txn_commit(transaction) == 0, "commit");
  drain(world);
}

void open_store(World& world, const char* folder) {
  expect(mdb_env_create(&world.environment) == 0, "environment");
  expect(mdb_env_open(world.environment, folder, MDB_NOTLS, 0600) == 0, folder);
  MDB_txn* transaction = nullptr;
  expect(mdb_txn_begin(world.environment, nullptr, 0, &transaction) == 0, "begin");
  expect(mdb_dbi_open(transaction, nullptr, 0, &world.table) == 0, "table");
  expect(mdb_txn_commit(transaction) == 0, "commit");
}

void open_socket(World& world, const char* endpoint, const char* secret_hex) {
  const auto secret = from_hex(secret_hex);
  expect(secret && secret->size() == 32, "secret");
  std::array<char, 41> secret_text{};
  std::array<char, 41> server_key{};
  zmq_z85_encode(secret_text.data(), reinterpret_cast<const std::uint8_t*>(secret->data()), 32);
  zmq_curve_public(server_key.data(), secret_text.data());
  std::array<char, 41> own_key{};
  std::array<char, 41> own_secret{};
  zmq_curve_keypair(own_key.data(), own_secret.data());
  world.socket = zmq_socket(zmq_ctx_new(), ZMQ_DEALER);
  const auto set_key = [&](int option, const std::array<char, 41>& key) {
    expect(zmq_setsockopt(world.socket, option, key.data(), key.size()) == 0, "key");
  };
  set_key(ZMQ_CURVE_SERVERKEY, server_key);
  set_key(ZMQ_CURVE_PUBLICKEY, own_key);
  set_key(ZMQ_CURVE_SECRETKEY, own_secret);
  expect(zmq_connect(world.socket, endpoint) == 0, endpoint);
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return 2;
  World world;
  open_socket(world, words[1], words[2]);
  open_store(world, words[3]);
  int descriptor = -1;
  std::size_t size = sizeof descriptor;
  zmq_getsockopt(world.socket, ZMQ_FD, &descriptor, &size);
  uv_poll_t poll;
  uv_poll_init(uv_default_loop(), &poll, descriptor);
  poll.data = &world;
  uv_poll_start(&poll, UV_READABLE,
                [](uv_poll_t* handle, int, int) { drain(*static_cast<World*>(handle->data)); });
  uv_timer_t timer;
  uv_timer_init(uv_default_loop(), &timer);
  timer.data = &world;
  uv_timer_start(
      &timer, [](uv_timer_t* handle) { report(*static_cast<World*>(handle->data)); }, 0, 10000);
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
