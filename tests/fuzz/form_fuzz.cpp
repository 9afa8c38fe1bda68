// Submitted forms and other bodies. A form that is read must survive being written and read again; what is
// shown to people is text; where a browser is sent is a path of ours.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/utf8.h"
#include "fuzz/require.h"
#include "web/forms.h"
#include "web/in.h"
#include "web/origin.h"
#include "web/routes/common.h"

namespace {

using namespace cardea;

void check_form(std::string_view text) {
  const auto values = parse_form(text);
  if (!values) return;
  std::string written;
  for (const auto& [name, value] : values->items()) {
    require(is_utf8(name) && is_utf8(value.get_ref<const std::string&>()));
    written += "&" + query_value(name) + "=" + query_value(value.get_ref<const std::string&>());
  }
  require(parse_form(written) == values);
}

void check_fields(std::string_view text, const char* type) {
  Request request;
  request.method = "POST";
  request.content_type = type;
  request.body = Secret::copy_of(text);
  auto read = Fields::of(request);
  auto* fields = std::get_if<Fields>(&read);
  if (fields == nullptr) return;
  require(!fields->text("email") || fields->is_text_or_absent("email"));
  require(!fields->flag("all") || fields->is_flag_or_absent("all"));
  const auto back = way_back(request, *fields, SiteSettings{});
  require(!back || own_path(*back) == back);
  const auto password = fields->text("password").value_or("");
  require(fields->take_secret("password").reveal() == password);
  require(fields->take_secret("password").empty());
}

void check_name(std::string_view text) {
  const auto name = display_name(text);
  require(is_utf8(name) && code_points(name) <= display_name_size_limit);
  require(display_name(name) == name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_form(text);
  check_fields(text, "application/json");
  check_fields(text, "application/x-www-form-urlencoded");
  check_name(text);
  return 0;
}
