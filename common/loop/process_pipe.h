// Inside this folder only: our ends of the pipes to a child.
#pragma once

#include <array>

#include <uv.h>

#include "common/core/bytes.h"
#include "common/loop/loop.h"

namespace mainstay::loop {

/// Reads to the end, because a child that fills its pipe would stop; keeps up to `bytes_max`.
class OutputPipe {
 public:
  OutputPipe(Loop& loop, std::size_t bytes_max, Callback on_end);
  ~OutputPipe();
  OutputPipe(const OutputPipe&) = delete;
  OutputPipe& operator=(const OutputPipe&) = delete;

  [[nodiscard]] uv_stream_t* stream();
  void begin();
  [[nodiscard]] bool ended() const { return state_->ended; }
  [[nodiscard]] bool cut() const { return state_->cut; }
  [[nodiscard]] Bytes take() { return std::move(state_->kept); }

  struct State {
    uv_pipe_t handle{};
    std::array<char, 16384> buffer{};
    Bytes kept;
    std::size_t bytes_max = 0;
    Callback on_end;
    bool cut = false;
    bool ended = false;
  };

 private:
  State* state_;
};

/// Writes the input and closes.
class InputPipe {
 public:
  InputPipe(Loop& loop, Bytes input);
  ~InputPipe();
  InputPipe(const InputPipe&) = delete;
  InputPipe& operator=(const InputPipe&) = delete;

  [[nodiscard]] uv_stream_t* stream();
  void begin();

  struct State {
    uv_pipe_t handle{};
    uv_write_t request{};
    Bytes input;
    bool owned = true;  // the InputPipe is there
    bool closed = false;
  };

 private:
  State* state_;
};

}  // namespace mainstay::loop
