// The fields of a request's body, which is a JSON object or a submitted form. Unknown fields are ignored; a field of the
// wrong type, given twice, or not UTF-8 makes the request malformed.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "base/secret.h"
#include "web/http.h"

namespace cardea {

// Why a body is not read.
enum class FieldsFault { unsupported_type, malformed };

class Fields {
 public:
  // The body must be application/json or application/x-www-form-urlencoded. An empty body has no fields, whatever its
  // type.
  [[nodiscard]] static std::variant<Fields, FieldsFault> of(const Request& request);

  ~Fields();
  Fields(Fields&&) noexcept = default;
  Fields& operator=(Fields&&) noexcept = default;

  // The name of a field that is none of these, if there is one.
  [[nodiscard]] std::optional<std::string> name_besides(std::initializer_list<std::string_view> known) const;
  // The field if it is there and is a string.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  // Moves the field out and wipes the copy here. Empty if the field is not there.
  [[nodiscard]] Secret take_secret(std::string_view name);
  // JSON true, or "1", "true", "yes", "on" from a form.
  [[nodiscard]] bool flag(std::string_view name) const;
  // False if the field is there, but not as a string; or, for a flag, as neither a boolean nor a string.
  [[nodiscard]] bool is_text_or_absent(std::string_view name) const;
  [[nodiscard]] bool is_flag_or_absent(std::string_view name) const;

 private:
  explicit Fields(Json values) : values_(std::move(values)) {}
  Json values_;
};

// Decodes %XX and '+'. Nothing if the text is not a well-formed form, names a field twice, or is not UTF-8 (except
// name and device_name, which are never a reason to refuse a sign-in).
[[nodiscard]] std::optional<Json> parse_form(std::string_view text);

}  // namespace cardea
