#include "identity/client_secret.h"

#include "base/encoding.h"
#include "base/json.h"
#include "token/signing_key.h"

namespace cardea {
namespace {

constexpr seconds secret_life{300};

}  // namespace

std::optional<Secret> make_client_secret(const ProviderSettings& provider, Instant now) {
  const auto key = SigningKey::of_pem(provider.private_key);
  if (!key || key->algorithm() != Algorithm::es256) return std::nullopt;
  const Json header{{"alg", "ES256"}, {"kid", provider.key_id}};
  const Json claims{{"iss", provider.team_id},
                    {"sub", provider.client_id},
                    {"aud", provider.issuer},
                    {"iat", unix_seconds(now)},
                    {"exp", unix_seconds(now + secret_life)}};
  auto text = base64url_encode(json_text(header)) + '.' + base64url_encode(json_text(claims));
  const auto signature = base64url_encode(key->sign(text));
  return Secret(text + '.' + signature);
}

}  // namespace cardea
