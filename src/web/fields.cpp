#include "web/fields.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/utf8.h"

namespace cardea {
namespace {

constexpr int field_limit = 64;

std::string_view media_type(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type;
}

std::optional<std::string> form_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const auto byte = hex_decode(ascii_lower(text.substr(i + 1, 2)));
      if (!byte || byte->size() != 1) return std::nullopt;
      decoded += *byte;
      i += 2;
    }
  }
  return decoded;
}

// Names of users and devices are cleaned later (base/utf8.h); every other text must be UTF-8.
bool is_acceptable(std::string_view name, std::string_view value) {
  return is_utf8(value) || name == "name" || name == "device_name";
}

void wipe_strings(Json& values) {
  for (auto& value : values)
    if (value.is_string()) wipe(value.get_ref<std::string&>());
}

}  // namespace

std::optional<Json> parse_form(std::string_view text) {
  Json values = Json::object();
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = form_decode(pair.substr(0, equals));
    const auto value =
        equals == std::string_view::npos ? std::string{} : form_decode(pair.substr(equals + 1));
    if (!name || !value || !is_utf8(*name) || !is_acceptable(*name, *value) || values.contains(*name) ||
        values.size() >= field_limit)
      return std::nullopt;
    values[*name] = *value;
  }
  return values;
}

std::variant<Fields, FieldsFault> Fields::of(const Request& request) {
  const auto body = request.body.reveal();
  if (body.empty()) return Fields(Json::object());
  const auto type = ascii_lower(media_type(request.content_type));
  std::optional<Json> values;
  if (type == "application/json") {
    values = parse_json(body);
  } else if (type == "application/x-www-form-urlencoded") {
    values = parse_form(body);
  } else {
    return FieldsFault::unsupported_type;
  }
  if (!values || !values->is_object()) return FieldsFault::malformed;
  return Fields(std::move(*values));
}

Fields::~Fields() {
  wipe_strings(values_);
}

std::optional<std::string> Fields::name_besides(std::initializer_list<std::string_view> known) const {
  for (const auto& [name, value] : values_.items())
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  return std::nullopt;
}

std::optional<std::string> Fields::text(std::string_view name) const {
  return string_member(values_, name);
}

Secret Fields::take_secret(std::string_view name) {
  const auto found = values_.find(name);
  if (found == values_.end() || !found->is_string()) return {};
  return Secret(std::move(found->get_ref<std::string&>()));
}

bool Fields::flag(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return false;
  if (found->is_boolean()) return found->get<bool>();
  const auto word = string_member(values_, name).value_or("");
  return word == "1" || word == "true" || word == "yes" || word == "on";
}

bool Fields::is_text_or_absent(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->is_string() || found->is_null();
}

bool Fields::is_flag_or_absent(std::string_view name) const {
  const auto found = values_.find(name);
  return (found != values_.end() && found->is_boolean()) || is_text_or_absent(name);
}

}  // namespace cardea
