// One JSON object (RFC 8259), written member by member straight into its text: for what is said with every
// request. A value that has to be escaped or mended is written by base/json.h, so both write alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cardea {

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
