// Runs a fuzz target once on each file of the given folders, in the ordinary build: what a fuzzer
// once found stays found. An empty or absent folder is a failure, for it would prove nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

// NOLINTNEXTLINE(readability-redundant-declaration): the targets define it, here it is only called.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// In the order of their names, so that a failure comes at the same place on every machine.
std::vector<std::filesystem::path> files_of(const char* folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file(error)) files.push_back(entry->path());
  }
  std::ranges::sort(files);
  return files;
}

void run(const std::filesystem::path& file) {
  // Named before the run: if the input ends the process, this line says which one it was.
  std::fprintf(stderr, "replay: %s\n", file.c_str());
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s FOLDER...\n", argv[0]);
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    const auto files = files_of(argv[i]);
    if (files.empty()) {
      std::fprintf(stderr, "replay: no corpus in %s\n", argv[i]);
      return 1;
    }
    for (const auto& file : files) run(file);
  }
  // The empty input is the one that every corpus forgets.
  LLVMFuzzerTestOneInput(nullptr, 0);
  return 0;
}
