#include "agent/collect/service/postgres_answer.h"

#include <limits>

#include <nlohmann/json.hpp>

namespace mainstay::agent::service {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 4;
constexpr std::size_t kAnswerWordBytesMax = 256;

std::unexpected<Error> malformed_answer(std::string_view what) {
  return fail(Fault::Malformed, "psql: " + std::string(what));
}

/// Reads members by name and remembers the first that was not as it should be.
class Members {
 public:
  explicit Members(const Json& object) : object_(&object) {}

  std::optional<std::int64_t> number_or_null(const char* key) {
    const Json* found = find(key);
    if (found == nullptr || found->is_null()) return std::nullopt;
    const auto* large = found->get_ptr<const Json::number_unsigned_t*>();
    if (large != nullptr && *large <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      return static_cast<std::int64_t>(*large);
    }
    const auto* small = found->get_ptr<const Json::number_integer_t*>();
    if (large == nullptr && small != nullptr) return *small;
    note(key);
    return std::nullopt;
  }
  std::int64_t number(const char* key) {
    const auto made = number_or_null(key);
    if (!made) note(key);
    return made.value_or(0);
  }
  bool flag(const char* key) {
    const Json* found = find(key);
    const auto* made = found == nullptr ? nullptr : found->get_ptr<const Json::boolean_t*>();
    if (made == nullptr) note(key);
    return made != nullptr && *made;
  }
  /// Null, which is what a user without rights is told, reads as empty.
  std::string word(const char* key) {
    const Json* found = find(key);
    if (found == nullptr || found->is_null()) return "";
    return word_of(*found, key);
  }
  std::string word_of(const Json& node, const char* key) {
    const auto* made = node.get_ptr<const std::string*>();
    if (made == nullptr || made->size() > kAnswerWordBytesMax) {
      note(key);
      return "";
    }
    return *made;
  }
  /// Null is how a list without entries is said.
  template <class Take>
  void list(const char* key, std::size_t max, Take take) {
    const Json* found = find(key);
    if (found == nullptr || found->is_null()) return;
    if (!found->is_array() || found->size() > max) return note(key);
    for (const Json& item : *found) take(item);
  }
  template <class Take>
  void objects(const char* key, std::size_t max, Take take) {
    list(key, max, [&](const Json& item) {
      if (!item.is_object()) return note(key);
      Members members(item);
      take(members);
      if (!members.bad_.empty()) note(members.bad_.c_str());
    });
  }
  [[nodiscard]] Status status() const {
    if (bad_.empty()) return {};
    return malformed_answer(bad_ + " is not as it should be");
  }

 private:
  const Json* find(const char* key) {
    const auto found = object_->find(key);
    if (found != object_->end()) return &*found;
    note(key);
    return nullptr;
  }
  void note(const char* key) {
    if (bad_.empty()) bad_ = key;
  }
  const Json* object_;
  std::string bad_;
};

Result<Json> parse_answer(std::string_view text) {
  if (text.size() > kAnswerBytesMax) return malformed_answer("too much output");
  const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= kDepthMax; };
  Json object = Json::parse(text, shallow, false);
  if (!object.is_object()) return malformed_answer("not one JSON object");
  return object;
}

Table table_of(Members& from) {
  Table made;
  made.name = from.word("name");
  made.live = from.number("live");
  made.dead = from.number("dead");
  made.changed = from.number("changed");
  made.vacuum_seconds = from.number_or_null("vacuum_seconds");
  made.analyze_seconds = from.number_or_null("analyze_seconds");
  return made;
}

}  // namespace

Result<ServerAnswer> read_server_answer(std::string_view text) {
  TRY(const Json object, parse_answer(text));
  Members from(object);
  ServerAnswer made;
  made.version = from.word("version");
  made.up_seconds = from.number("up_seconds");
  made.is_standby = from.flag("is_standby");
  made.sees_all = from.flag("sees_all");
  made.xid_age = from.number("xid_age");
  made.xid_limit = from.number("xid_limit");
  made.xid_database = from.word("xid_database");
  made.multixact_age = from.number("multixact_age");
  made.multixact_limit = from.number("multixact_limit");
  from.objects("transaction", 1, [&](Members& one) {
    made.transaction_seconds = one.number("seconds");
    made.transaction_pid = one.number("pid");
    made.transaction_state = one.word("state");
  });
  made.prepared_seconds = from.number_or_null("prepared_seconds");
  made.receivers = from.number("receivers");
  made.lag_seconds = from.number_or_null("lag_seconds");
  from.objects("replicas", kReplicasMax, [&](Members& one) {
    made.replicas.push_back({.name = one.word("name"),
                             .state = one.word("state"),
                             .lag_seconds = one.number_or_null("lag_seconds"),
                             .lag_bytes = one.number_or_null("lag_bytes")});
  });
  from.objects("slots", kSlotsMax, [&](Members& one) {
    made.slots.push_back(
        {.name = one.word("name"), .kept_bytes = one.number_or_null("kept_bytes")});
  });
  from.list("databases", kDatabasesMax + 1,
            [&](const Json& item) { made.databases.push_back(from.word_of(item, "databases")); });
  TRY_STATUS(from.status());
  return made;
}

Result<DatabaseAnswer> read_database_answer(std::string_view text) {
  TRY(const Json object, parse_answer(text));
  Members from(object);
  DatabaseAnswer made;
  made.tables = from.number("tables");
  made.live = from.number("live");
  made.dead = from.number("dead");
  from.objects("worst", kTablesMax, [&](Members& one) { made.worst.push_back(table_of(one)); });
  TRY_STATUS(from.status());
  return made;
}

}  // namespace mainstay::agent::service
