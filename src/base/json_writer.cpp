#include "base/json_writer.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"

namespace cardea {
namespace {

constexpr std::size_t usual_size = 512;

// RFC 8259 section 7: what a string must not hold as it is.
bool is_special(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

// Characters that nlohmann writes as they are even where only ASCII is wanted, which DEL is not.
bool is_plain_ascii(unsigned char byte) {
  return byte < 0x7F && !is_special(byte);
}

}  // namespace

JsonWriter::JsonWriter(JsonAlphabet alphabet) : alphabet_(alphabet), text_("{") {
  text_.reserve(usual_size);
}

void JsonWriter::begin_member(std::string_view name) {
  text_.append(text_.size() == 1 ? "\"" : ",\"").append(name).append("\":");
}

bool JsonWriter::is_plain(std::string_view value) const {
  if (std::all_of(value.begin(), value.end(), is_plain_ascii)) return true;
  return alphabet_ == JsonAlphabet::utf8 && std::none_of(value.begin(), value.end(), is_special) &&
         is_utf8(value);
}

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
  begin_member(name);
  if (is_plain(value)) {
    text_.append(1, '"').append(value).append(1, '"');
  } else {
    const bool only_ascii = alphabet_ == JsonAlphabet::ascii;
    text_.append(Json(value).dump(-1, ' ', only_ascii, Json::error_handler_t::replace));
  }
  return *this;
}

JsonWriter& JsonWriter::number(std::string_view name, std::int64_t value) {
  begin_member(name);
  text_.append(std::to_string(value));
  return *this;
}

JsonWriter& JsonWriter::object(std::string_view name, JsonWriter value) {
  begin_member(name);
  text_.append(value.take());
  return *this;
}

std::string JsonWriter::take() {
  return std::move(text_.append(1, '}'));
}

}  // namespace cardea
