// JSON and e-mail addresses from strangers. What is accepted must survive being written and read again, and
// an address must keep its key: otherwise one person could be two.
#include <cstdint>
#include <string_view>

#include "base/email.h"
#include "base/json.h"
#include "base/utf8.h"
#include "fuzz/require.h"

namespace {

using namespace cardea;

void check_email(std::string_view text) {
  const auto email = parse_email(text);
  if (!email) return;
  require(email->typed.size() <= 254 && email->key.size() <= 254);
  require(!has_invisible(email->typed));
  const auto again = parse_email(email->key);
  require(again && again->key == email->key);
}

void check_members(const Json& value) {
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    require(string_member(value, name).has_value() == member.is_string());
    if (integer_member(value, name)) require(member.is_number_integer());
    if (member.is_string()) check_email(member.get<std::string>());
  }
}

void check_json(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return;
  require(is_utf8(text));
  const auto written = json_text(*value);
  const auto again = parse_json(written);
  require(again && json_text(*again) == written);
  check_members(*value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_json(text);
  check_email(text);
  return 0;
}
