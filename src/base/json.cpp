#include "base/json.h"

#include <limits>
#include <utility>
#include <vector>

namespace cardea {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Builds the value while nlohmann's lexer walks the text, and stops it (by answering false) at the first
// repeated name or too deep a nesting. open_ points into root_: only the innermost container ever grows, so
// the pointers to those around it stay valid.
class Builder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(number_integer_t value) { return add(value); }
  bool number_unsigned(number_unsigned_t value) { return add(value); }
  bool number_float(number_float_t value, const string_t&) { return add(value); }
  bool string(string_t& value) { return add(std::move(value)); }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(string_t& name) {
    if (open_.back()->contains(name)) return false;
    name_ = std::move(name);
    return true;
  }
  template <class Problem>
  bool parse_error(std::size_t, const std::string&, const Problem&) {
    return false;
  }

  [[nodiscard]] Json take() { return std::move(root_); }

 private:
  Json* place(Json&& value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& around = *open_.back();
    if (around.is_object()) return &(around[name_] = std::move(value));
    around.push_back(std::move(value));
    return &around.back();
  }
  bool add(Json&& value) {
    place(std::move(value));
    return true;
  }
  bool open(Json&& container) {
    if (open_.size() == json_depth_limit) return false;
    open_.push_back(place(std::move(container)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;
  std::string name_;
};

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
  // nlohmann's lexer skips a byte order mark, and takes NUL for the end of the text whatever follows.
  if (text.starts_with(byte_order_mark) || text.find('\0') != text.npos) return std::nullopt;
  Builder builder;
  if (!Json::sax_parse(text, &builder)) return std::nullopt;
  return builder.take();
}

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::string> string_member(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::int64_t> integer_member(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  const bool too_large =
      found->is_number_unsigned() && found->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
  if (too_large) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<std::int64_t> date_member(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end()) return std::nullopt;
  if (!found->is_number_float()) {
    const auto count = integer_member(object, name);
    return count && *count >= 0 && *count <= latest_date ? count : std::nullopt;
  }
  const auto count = found->get<double>();
  // False for what is no number, too.
  const bool fits = count >= 0 && count <= static_cast<double>(latest_date);
  return fits ? std::optional{static_cast<std::int64_t>(count)} : std::nullopt;
}

}  // namespace cardea
