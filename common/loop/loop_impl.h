// Inside this folder only: what the loop is made of.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include <uv.h>

#include "common/loop/loop.h"

namespace mainstay::loop {

struct Loop::Impl {
  uv_loop_t loop{};
  uv_prepare_t before_wait{};
  uv_idle_t busy{};  // while it runs, the loop does not wait
  uv_async_t wake{};
  std::optional<Now> now;

  std::vector<Drain*> pumps;  // null where one was removed during a round

  // The one mutex of the loop: it is the border to other threads.
  std::mutex posted_mutex;
  std::vector<Callback> posted;

  void run_pumps();
  void run_posted();
};

/// Lets go of a child that outlives the loop. In process.cc.
void close_child(uv_handle_t* handle) noexcept;

}  // namespace mainstay::loop
