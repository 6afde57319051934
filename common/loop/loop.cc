#include "common/loop/loop.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "common/core/check.h"
#include "common/loop/clock.h"
#include "common/loop/loop_impl.h"

namespace mainstay::loop {

void Loop::Impl::run_pumps() {
  bool any = false;
  // By index: a drain may add or remove pumps.
  for (std::size_t i = 0; i < pumps.size(); ++i) {
    // A drain may send on another pump's socket and so swallow its wake-up. Hence the rule: one
    // that did anything makes all be asked again.
    if (pumps[i] != nullptr && (*pumps[i])()) any = true;
  }
  std::erase(pumps, nullptr);
  if (any) {
    uv_idle_start(&busy, [](uv_idle_t*) noexcept {});
  } else {
    uv_idle_stop(&busy);
  }
}

void Loop::Impl::run_posted() {
  std::vector<Callback> batch;
  {
    const std::lock_guard lock(posted_mutex);
    batch.swap(posted);
  }
  for (Callback& callback : batch) callback();
}

Loop::Loop() : impl_(std::make_unique<Impl>()) {
  // A peer or child that went away is an error of the write, not the end of this process.
  // Children get the default back.
  ::signal(SIGPIPE, SIG_IGN);
  Impl* impl = impl_.get();
  CHECK(uv_loop_init(&impl->loop) == 0);
  impl->before_wait.data = impl;
  impl->wake.data = impl;
  uv_prepare_init(&impl->loop, &impl->before_wait);
  // libuv runs the prepare hook that was started first as the last one: nothing comes between
  // this one and the wait.
  uv_prepare_start(&impl->before_wait, [](uv_prepare_t* handle) noexcept {
    auto* self = static_cast<Impl*>(handle->data);
    self->run_pumps();
    self->now.reset();
  });
  uv_idle_init(&impl->loop, &impl->busy);
  const auto on_wake = [](uv_async_t* handle) noexcept {
    static_cast<Impl*>(handle->data)->run_posted();
  };
  CHECK(uv_async_init(&impl->loop, &impl->wake, on_wake) == 0);
}

Loop::~Loop() {
  CHECK(impl_->pumps.empty() || std::ranges::count(impl_->pumps, nullptr) ==
                                    static_cast<std::ptrdiff_t>(impl_->pumps.size()));
  uv_close(reinterpret_cast<uv_handle_t*>(&impl_->before_wait), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&impl_->busy), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&impl_->wake), nullptr);
  const auto let_child_go = [](uv_handle_t* handle, void*) noexcept {
    if (handle->type == UV_PROCESS && uv_is_closing(handle) == 0) close_child(handle);
  };
  uv_walk(&impl_->loop, let_child_go, nullptr);
  // Lets closed handles be deleted. More than once, because a stop() still pending ends the first.
  for (int round = 0; round < 3; ++round) uv_run(&impl_->loop, UV_RUN_NOWAIT);
  // Something that waits on this loop outlives it: the order of main() is wrong.
  CHECK(uv_loop_close(&impl_->loop) == 0);
}

void Loop::run() {
  uv_run(&impl_->loop, UV_RUN_DEFAULT);
}

void Loop::stop() {
  uv_stop(&impl_->loop);
}

Now Loop::now() {
  if (!impl_->now) impl_->now = Now{.mono = boottime_now(), .wall = walltime_now()};
  return *impl_->now;
}

Status Loop::post(Callback callback) {
  {
    const std::lock_guard lock(impl_->posted_mutex);
    if (impl_->posted.size() >= kPostedMax) {
      return fail(Fault::Unavailable, "too many callbacks wait for the loop");
    }
    impl_->posted.push_back(std::move(callback));
  }
  uv_async_send(&impl_->wake);
  return {};
}

uv_loop_s* Loop::raw() {
  return &impl_->loop;
}

}  // namespace mainstay::loop
