#include "common/loop/watchers.h"

#include <algorithm>
#include <utility>

#include "common/core/check.h"
#include "common/loop/handle.h"
#include "common/loop/loop_impl.h"
#include "common/loop/socket_pump.h"

namespace mainstay::loop {

struct Timer::State {
  uv_timer_t handle{};
  Callback callback;
};

Timer::Timer(Loop& loop) : state_(new State) {
  uv_timer_init(loop.raw(), &state_->handle);
  state_->handle.data = state_;
}

Timer::~Timer() {
  close_and_delete(state_);
}

namespace {

void on_timer(uv_timer_t* handle) noexcept {
  auto* state = static_cast<Timer::State*>(handle->data);
  // Taken out while it runs, because it may set another.
  Callback callback = std::exchange(state->callback, nullptr);
  callback();
  const bool goes_on = uv_is_active(reinterpret_cast<uv_handle_t*>(handle)) != 0;
  if (goes_on && !state->callback) state->callback = std::move(callback);
}

std::uint64_t timer_ms(Duration duration) {
  return static_cast<std::uint64_t>(std::max(duration, Duration(0)).count());
}

}  // namespace

void Timer::start(Duration delay, Callback callback) {
  state_->callback = std::move(callback);
  // libuv counts from the start of the turn; a long turn must not shorten the delay.
  uv_update_time(state_->handle.loop);
  uv_timer_start(&state_->handle, on_timer, timer_ms(delay), 0);
}

void Timer::repeat(Duration period, Callback callback) {
  CHECK(period > Duration(0));
  state_->callback = std::move(callback);
  uv_update_time(state_->handle.loop);
  uv_timer_start(&state_->handle, on_timer, timer_ms(period), timer_ms(period));
}

void Timer::stop() {
  uv_timer_stop(&state_->handle);
}

bool Timer::active() const {
  return uv_is_active(reinterpret_cast<const uv_handle_t*>(&state_->handle)) != 0;
}

struct Signal::State {
  uv_signal_t handle{};
  Callback callback;
};

Signal::Signal(Loop& loop, int number, Callback callback) : state_(new State) {
  state_->callback = std::move(callback);
  CHECK(uv_signal_init(loop.raw(), &state_->handle) == 0);
  state_->handle.data = state_;
  const auto on_signal = [](uv_signal_t* handle, int) noexcept {
    static_cast<State*>(handle->data)->callback();
  };
  CHECK(uv_signal_start(&state_->handle, on_signal, number) == 0);
}

Signal::~Signal() {
  close_and_delete(state_);
}

struct Poll::State {
  uv_poll_t handle{};
  OnReady on_ready;
};

Poll::Poll(Loop& loop, int fd, OnReady on_ready) : state_(new State) {
  state_->on_ready = std::move(on_ready);
  CHECK(uv_poll_init(loop.raw(), &state_->handle, fd) == 0);
  state_->handle.data = state_;
}

Poll::~Poll() {
  close_and_delete(state_);
}

void Poll::watch(Interest interest) {
  int events = UV_READABLE;
  if (interest == Interest::Write) events = UV_WRITABLE;
  if (interest == Interest::ReadAndWrite) events = UV_READABLE | UV_WRITABLE;
  uv_poll_start(&state_->handle, events, [](uv_poll_t* handle, int error, int ready) noexcept {
    const bool failed = error < 0;
    static_cast<State*>(handle->data)
        ->on_ready(Ready{.readable = failed || (ready & UV_READABLE) != 0,
                         .writable = failed || (ready & UV_WRITABLE) != 0});
  });
}

void Poll::stop() {
  uv_poll_stop(&state_->handle);
}

struct Prepare::State {
  uv_prepare_t handle{};
  Callback callback;
};

Prepare::Prepare(Loop& loop, Callback callback) : state_(new State) {
  state_->callback = std::move(callback);
  uv_prepare_init(loop.raw(), &state_->handle);
  state_->handle.data = state_;
  uv_prepare_start(&state_->handle, [](uv_prepare_t* handle) noexcept {
    static_cast<State*>(handle->data)->callback();
  });
}

Prepare::~Prepare() {
  close_and_delete(state_);
}

struct Idle::State {
  uv_idle_t handle{};
  Callback callback;
};

Idle::Idle(Loop& loop, Callback callback) : state_(new State) {
  state_->callback = std::move(callback);
  uv_idle_init(loop.raw(), &state_->handle);
  state_->handle.data = state_;
}

Idle::~Idle() {
  close_and_delete(state_);
}

void Idle::start() {
  uv_idle_start(&state_->handle,
                [](uv_idle_t* handle) noexcept { static_cast<State*>(handle->data)->callback(); });
}

void Idle::stop() {
  uv_idle_stop(&state_->handle);
}

// The wake-up itself does nothing: the drain follows before the next wait.
SocketPump::SocketPump(Loop& loop, int fd, Loop::Drain drain)
    : loop_(loop), drain_(std::move(drain)), wake_(loop, fd, [](Ready) {}) {
  loop_.impl().pumps.push_back(&drain_);
  wake_.watch(Interest::Read);
}

SocketPump::~SocketPump() {
  // Only blanked: the loop may be in the middle of its round.
  std::ranges::replace(loop_.impl().pumps, &drain_, nullptr);
}

}  // namespace mainstay::loop
