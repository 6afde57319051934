#include "common/loop/process_pipe.h"

#include <algorithm>
#include <utility>

#include "common/loop/handle.h"

namespace mainstay::loop {

OutputPipe::OutputPipe(Loop& loop, std::size_t bytes_max, Callback on_end) : state_(new State) {
  uv_pipe_init(loop.raw(), &state_->handle, 0);
  state_->handle.data = state_;
  state_->bytes_max = bytes_max;
  state_->on_end = std::move(on_end);
}

OutputPipe::~OutputPipe() {
  close_and_delete(state_);
}

uv_stream_t* OutputPipe::stream() {
  return reinterpret_cast<uv_stream_t*>(&state_->handle);
}

namespace {

void give_buffer(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) noexcept {
  auto* state = static_cast<OutputPipe::State*>(handle->data);
  *buffer = uv_buf_init(state->buffer.data(), static_cast<unsigned>(state->buffer.size()));
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) noexcept {
  auto* state = static_cast<OutputPipe::State*>(stream->data);
  if (count < 0) {
    uv_read_stop(stream);
    state->ended = true;
    state->on_end();
    return;
  }
  const std::size_t size = static_cast<std::size_t>(count);
  const std::size_t room = state->bytes_max - state->kept.size();
  const ByteView kept = as_bytes({buffer->base, std::min(size, room)});
  state->kept.insert(state->kept.end(), kept.begin(), kept.end());
  if (size > room) state->cut = true;
}

}  // namespace

void OutputPipe::begin() {
  uv_read_start(stream(), give_buffer, on_read);
}

InputPipe::InputPipe(Loop& loop, Bytes input) : state_(new State) {
  uv_pipe_init(loop.raw(), &state_->handle, 0);
  state_->handle.data = state_;
  state_->input = std::move(input);
}

namespace {

void on_input_closed(uv_handle_t* handle) noexcept {
  auto* state = static_cast<InputPipe::State*>(handle->data);
  state->closed = true;
  if (!state->owned) delete state;
}

void close_input(InputPipe::State* state) noexcept {
  auto* handle = reinterpret_cast<uv_handle_t*>(&state->handle);
  if (uv_is_closing(handle) == 0) uv_close(handle, on_input_closed);
}

}  // namespace

InputPipe::~InputPipe() {
  state_->owned = false;
  if (state_->closed) {
    delete state_;
  } else {
    close_input(state_);
  }
}

uv_stream_t* InputPipe::stream() {
  return reinterpret_cast<uv_stream_t*>(&state_->handle);
}

void InputPipe::begin() {
  const uv_buf_t buffer = uv_buf_init(reinterpret_cast<char*>(state_->input.data()),
                                      static_cast<unsigned>(state_->input.size()));
  state_->request.data = state_;
  // Written or not: a child that does not read its input has its reasons, its exit tells them.
  const auto on_written = [](uv_write_t* request, int) noexcept {
    close_input(static_cast<State*>(request->data));
  };
  if (uv_write(&state_->request, stream(), &buffer, 1, on_written) != 0) close_input(state_);
}

}  // namespace mainstay::loop
