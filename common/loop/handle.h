// Inside this folder only: libuv handles whose memory lives until libuv has let go of them, which
// is a turn after they are closed, so that an owner may be destroyed in its own callback.
#pragma once

#include <uv.h>

namespace mainstay::loop {

/// State has a member `handle` whose `data` points to the state. Closes and later deletes it.
template <class State>
void close_and_delete(State* state) noexcept {
  uv_close(reinterpret_cast<uv_handle_t*>(&state->handle),
           [](uv_handle_t* handle) noexcept { delete static_cast<State*>(handle->data); });
}

}  // namespace mainstay::loop
