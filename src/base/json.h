// JSON (RFC 8259) as it comes from strangers. The parser is nlohmann/json; this wrapper adds what it does
// not refuse by itself: duplicate names, deep nesting, and text after the value.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/secret.h"

namespace cardea {

inline constexpr int json_depth_limit = 16;

// One complete JSON value in valid UTF-8; nothing if it is malformed, has a name twice in one object, is
// nested deeper than json_depth_limit, or is followed by anything but blanks. Never throws on bad input.
[[nodiscard]] std::optional<Json> parse_json(std::string_view text);

// Compact text. Strings must be valid UTF-8 (ours are: they were checked on the way in); what is not is
// replaced by U+FFFD rather than thrown over.
[[nodiscard]] std::string json_text(const Json& value);

// The member of that name if object has it as a string.
[[nodiscard]] std::optional<std::string> string_member(const Json& object, std::string_view name);
// The same for an integer that fits and is written as one (1.0 and "1" are not integers).
[[nodiscard]] std::optional<std::int64_t> integer_member(const Json& object, std::string_view name);

inline constexpr std::int64_t latest_date = std::int64_t{1}
                                            << 53;  // what a JSON number holds exactly (RFC 7493 section 2.2)

// The same for a NumericDate (RFC 7519 section 2): seconds since 1970 from 0 to latest_date, also with a
// fraction, which is cut off ("1795317300.25").
[[nodiscard]] std::optional<std::int64_t> date_member(const Json& object, std::string_view name);

// One JSON object (RFC 8259), written member by member straight into its text: for what is said with every
// request. A value that has to be escaped or mended is written by base/json.h, so both write alike.

enum class JsonAlphabet { utf8, ascii };  // ascii: every other character is written as \uXXXX

class JsonWriter {
 public:
  explicit JsonWriter(JsonAlphabet alphabet = JsonAlphabet::utf8);

  // Names are ours: of ASCII letters and underlines, and each only once. They are written as they are.
  JsonWriter& text(std::string_view name, std::string_view value);
  JsonWriter& number(std::string_view name, std::int64_t value);
  JsonWriter& object(std::string_view name, JsonWriter value);
  // The whole object. The writer is used up.
  [[nodiscard]] std::string take();

 private:
  void begin_member(std::string_view name);
  [[nodiscard]] bool is_plain(std::string_view value) const;

  JsonAlphabet alphabet_;
  std::string text_;
};

}  // namespace cardea
