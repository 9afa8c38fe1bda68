#include "web/handlers/oauth_input.h"

#include "web/handlers/input.h"
#include "web/refusal.h"

namespace cardea {
namespace {

constexpr std::size_t nonce_limit = 255;

}  // namespace

std::variant<AppToken, Response> read_app_token(const Fields& fields) {
  auto id_token = fields.text("id_token");
  auto nonce = fields.text("nonce");
  if (!id_token || id_token->empty()) return refuse_missing("id_token", fields);
  if (!fields.is_text_or_absent("nonce") || (nonce && (nonce->empty() || nonce->size() > nonce_limit)))
    return refuse_field("nonce", "invalid", "nonce must be 1 to 255 bytes of text.");
  return AppToken{.id_token = std::move(*id_token), .nonce = std::move(nonce)};
}

}  // namespace cardea
