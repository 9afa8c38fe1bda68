#include "token/jws.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json.h"

namespace cardea {
namespace {

// Each of them changes what the signature covers or how the payload is to be read, and we write none. A
// reader that skips them reads something else than the writer meant (RFC 7515 section 4.1.11, RFC 7797).
bool has_extension(const Json& header) {
  return header.contains("crit") || header.contains("b64") || header.contains("zip");
}

}  // namespace

std::optional<Jws> parse_jws(std::string_view text) {
  const auto first = text.find('.');
  const auto second = text.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header_text = base64url_decode(text.substr(0, first));
  auto payload = base64url_decode(text.substr(first + 1, second - first - 1));
  auto signature = base64url_decode(text.substr(second + 1));
  if (!header_text || !payload || !signature) return std::nullopt;
  auto header = parse_json(*header_text);
  if (!header || !header->is_object() || has_extension(*header)) return std::nullopt;
  return Jws{std::move(*header), std::move(*payload), std::move(*signature),
             std::string{text.substr(0, second)}};
}

bool jws_is_signed_by(const Jws& jws, const SigningKey& key) {
  if (string_member(jws.header, "alg") != jose_name(key.algorithm())) return false;
  return key.verify(jws.signed_part, jws.signature);
}

std::string write_jws(std::string_view type, std::string_view payload, const SigningKey& key) {
  Json header{{"alg", jose_name(key.algorithm())}, {"kid", key.kid()}};
  if (!type.empty()) header["typ"] = type;
  auto text = base64url_encode(json_text(header)) + '.' + base64url_encode(payload);
  const auto signature = base64url_encode(key.sign(text));
  return text.append(1, '.').append(signature);
}

}  // namespace cardea
