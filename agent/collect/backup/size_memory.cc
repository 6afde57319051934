#include "agent/collect/backup/size_memory.h"

#include <limits>

#include "agent/collect/backup/state_file.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::string_view kSizeKeys[] = {"newest", "newest_bytes", "before", "before_bytes"};

struct Remembered {
  BackupIds ids;
  BackupSizes sizes;
};

std::optional<std::int64_t> bytes_in(const KeyLines& lines, std::string_view key) {
  const auto bytes = lines.number(key, std::numeric_limits<std::int64_t>::max());
  if (!bytes.has_value()) return std::nullopt;
  return static_cast<std::int64_t>(*bytes);
}

std::string path_of_sizes(const std::string& folder, const std::string& set) {
  return folder + "/" + set + ".sizes";
}

Remembered remembered_sizes(const std::string& folder, const std::string& set) {
  if (folder.empty()) return {};
  const auto lines = read_state(path_of_sizes(folder, set), kSizeKeys);
  // A damaged memory is asked for again, which is all that it saves.
  if (!lines.has_value() || !*lines) return {};
  const KeyLines& known = **lines;
  return {.ids = {.newest = known.text("newest"), .before = known.text("before")},
          .sizes = {.newest = bytes_in(known, "newest_bytes"),
                    .before = bytes_in(known, "before_bytes")}};
}

void remember_sizes(const std::string& folder, const std::string& set, const Remembered& now) {
  if (folder.empty()) return;
  const auto line = [](std::optional<std::int64_t> bytes) {
    return bytes ? std::to_string(*bytes) : "";
  };
  // Without a place to keep it, it is asked for again at the next look.
  (void)write_state(path_of_sizes(folder, set), {{"newest", now.ids.newest},
                                                 {"newest_bytes", line(now.sizes.newest)},
                                                 {"before", now.ids.before},
                                                 {"before_bytes", line(now.sizes.before)}});
}

}  // namespace

BackupSizes sizes_of(const std::string& folder, const std::string& set, const BackupIds& ids,
                     const AskSize& ask) {
  const Remembered known = remembered_sizes(folder, set);
  bool is_new = false;
  const auto size_of = [&](const std::string& id) -> std::optional<std::int64_t> {
    if (id.empty()) return std::nullopt;
    if (id == known.ids.newest && known.sizes.newest) return known.sizes.newest;
    if (id == known.ids.before && known.sizes.before) return known.sizes.before;
    const auto asked = ask(id);
    if (!asked.has_value()) return std::nullopt;
    is_new = true;
    return *asked;
  };
  const BackupSizes sizes{.newest = size_of(ids.newest), .before = size_of(ids.before)};
  if (is_new || ids.newest != known.ids.newest) {
    remember_sizes(folder, set, {.ids = ids, .sizes = sizes});
  }
  return sizes;
}

std::optional<std::int64_t> size_before(const std::string& folder, const std::string& set,
                                        const ToldSize& newest) {
  const Remembered known = remembered_sizes(folder, set);
  const bool is_same = known.ids.newest == newest.id;
  const auto before = is_same ? known.sizes.before : known.sizes.newest;
  if (!is_same) {
    remember_sizes(folder, set,
                   {.ids = {.newest = newest.id, .before = known.ids.newest},
                    .sizes = {.newest = newest.bytes, .before = before}});
  }
  return before;
}

}  // namespace mainstay::agent::backup
