#include "common/fabric/context.h"

#include <array>
#include <cstdlib>

#include <sys/random.h>

#include "common/core/check.h"
#include "common/fabric/context_impl.h"
#include "common/fabric/guard.h"

namespace mainstay::fabric {

void fill_random(void* bytes, std::size_t size) {
  CHECK(::getrandom(bytes, size, 0) == static_cast<ssize_t>(size));
}

namespace {

/// libzmq draws its routing ids from rand(), and seeds it with time and pid. Whoever guesses a
/// routing id can take another's place.
void seed_rand() {
  unsigned seed = 0;
  fill_random(&seed, sizeof seed);
  std::srand(seed);
}

}  // namespace

Context::Context(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Context::~Context() {
  impl_->zap.reset();
}

Result<std::unique_ptr<Context>> Context::create(ContextOptions options) {
  seed_rand();
  TRY(std::unique_ptr<Impl> impl, guarded([] { return std::make_unique<Impl>(); }));
  if (zmq_ctx_set(impl->zmq.handle(), ZMQ_MAX_SOCKETS, options.sockets_max) != 0 ||
      zmq_ctx_set(impl->zmq.handle(), ZMQ_IO_THREADS, options.io_threads) != 0) {
    return fail(Fault::Malformed, "number of sockets or threads out of range");
  }
  if (zmq_ctx_get(impl->zmq.handle(), ZMQ_MAX_SOCKETS) != options.sockets_max ||
      zmq_ctx_get(impl->zmq.handle(), ZMQ_IO_THREADS) != options.io_threads) {
    return fail(Fault::Unavailable, "number of sockets or threads does not read back");
  }
  std::array<std::byte, 16> salt{};
  fill_random(salt.data(), salt.size());
  impl->salt = to_hex(salt);
  return std::unique_ptr<Context>(new Context(std::move(impl)));
}

Status Context::Impl::start_zap() {
  if (zap) return {};
  TRY(zap, Zap::start(zmq, salt));
  // Again, now that the library's own seeding is behind us and no server socket exists yet.
  seed_rand();
  return {};
}

void Context::break_zap_for_test(ZapFault fault) {
  impl_->zap->break_for_test(fault);
}

}  // namespace mainstay::fabric
