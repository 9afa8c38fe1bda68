// Names, subjects and texts that strangers had a hand in: a message has the headers we write and no other,
// and none of its lines is longer than mail allows. The input is the site's name, the subject and the text, a
// NUL between.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "mail/message.h"

namespace {

using namespace cardea;

constexpr std::size_t fields = 9;

std::string_view next_part(std::string_view& text) {
  const auto part = text.substr(0, text.find('\0'));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

void check(std::string_view message) {
  const auto end = message.find("\n\n");
  require(end != std::string_view::npos);
  std::size_t found = 0;
  for (std::string_view rest = message.substr(0, end + 1); !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    require(line.size() <= 998 && !line.empty());
    require(std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }));
    found += line.front() == ' ' ? 0 : 1;
  }
  require(found == fields);
  for (std::string_view rest = message; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    require(line.size() <= 998);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  MailSettings settings;
  settings.from = "noreply@example.com";
  settings.from_name = next_part(text);
  Letter letter;
  letter.id = "id";
  letter.to = "ada@example.com";
  letter.subject = next_part(text);
  letter.text = Secret::copy_of(text);
  check(message_of(letter, settings).reveal());
  return 0;
}
