// bench_import FILE: a published list of vulnerabilities becomes a feed, which is read and looked
// up. Times and memory as JSON, for vulnerability.py.
#include "coordinator/feed/import.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/resource.h>

#include "coordinator/core/vulnerability/feed.h"

using namespace mainstay::coordinator;

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The most that was resident up to now.
long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Every fifth vulnerability, and all that is about the packages it names.
void look_up(const Feed& feed, const std::string& text) {
  const auto start = std::chrono::steady_clock::now();
  std::size_t asked = 0;
  std::size_t told = 0;
  std::size_t number = 0;
  for (std::size_t at = 0; (at = text.find("\nCVE-", at)) != std::string::npos; ++at) {
    if (number++ % 5 != 0) continue;
    const auto one = feed.find(std::string_view(text).substr(at + 1, text.find(' ', at) - at - 1));
    ++asked;
    for (const Statement& statement : one->statements) {
      told += feed.about(statement.release, statement.package).size();
      ++asked;
    }
  }
  std::printf("\"asked\": %zu, \"told\": %zu, \"asked_s\": %.4f, ", asked, told,
              seconds_since(start));
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return 2;
  std::ifstream file(words[1], std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const long before = peak_kib();
  auto start = std::chrono::steady_clock::now();
  auto imported = import_feed(bytes, words[1]);
  if (!imported) return std::fprintf(stderr, "%s\n", imported.error().detail.c_str()), 1;
  std::printf("{\"file\": %zu, \"import_s\": %.3f, ", bytes.size(), seconds_since(start));
  std::printf("\"file_kib\": %ld, \"peak_kib\": %ld, ", before, peak_kib());
  std::printf("\"vulnerabilities\": %zu, \"statements\": %zu, \"text\": %zu, ",
              imported->vulnerabilities, imported->statements, imported->text.size());
  const std::string text = imported->text;
  start = std::chrono::steady_clock::now();
  const auto feed = Feed::read(std::move(imported->text));
  if (!feed) return std::fprintf(stderr, "%s\n", feed.error().detail.c_str()), 1;
  std::printf("\"read_s\": %.3f, \"index\": %zu, ", seconds_since(start),
              (imported->vulnerabilities + imported->statements) * sizeof(std::uint32_t));
  look_up(*feed, text);
  std::printf("\"end_kib\": %ld}\n", peak_kib());
  return 0;
}
