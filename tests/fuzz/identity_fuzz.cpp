// What providers of social sign-in, and strangers in their name, send: ID tokens, discovery documents, key
// sets, answers of user endpoints, addresses. The first byte says which.
#include <stdlib.h>

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/utf8.h"
#include "fuzz/require.h"
#include "http/answer.h"
#include "http/client.h"
#include "provider/id_token.h"
#include "provider/metadata.h"
#include "provider/person.h"

namespace {

using namespace cardea;

// Of no worth outside this file; corpus/identity holds tokens that its private half has signed.
constexpr std::string_view key_set =
    R"({"keys":[{"kty":"OKP","crv":"Ed25519","use":"sig","kid":"k1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";
constexpr Instant now{milliseconds{1795317300000}};  // 2026-11-22T03:15:00Z

void check_token(std::string_view text) {
  static const auto keys = parse_provider_keys(key_set).value();
  const IdTokenPolicy policy{.issuers = {"https://id.example.com"},
                             .audiences = {"us"},
                             .nonce = "n",
                             .nonce_form = NonceForm::plain_or_hashed,
                             .authorized_party = std::nullopt,
                             .clock_skew = seconds{60}};
  const auto verdict = verify_id_token(text, keys, policy, now);
  if (const auto* claims = std::get_if<Json>(&verdict)) {
    require(string_member(*claims, "iss") == "https://id.example.com");
    require(!string_member(*claims, "sub").value().empty());
  }
}

void check_metadata(std::string_view text) {
  const auto parsed = parse_metadata(text, "https://id.example.com");
  if (const auto* metadata = std::get_if<ProviderMetadata>(&parsed)) {
    require(parse_url(metadata->token_endpoint).has_value());
    require(parse_url(metadata->keys_url).has_value());
  }
}

void check_person(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return;
  const ProviderSettings provider;
  if (json->is_object()) require(person_of_claims(*json, provider).name.size() <= 100);
  const auto github = person_of_github(*json, *json, provider);
  require(!github || !github->subject.empty());
  const auto naver = person_of_naver(*json, provider);
  require(!naver || is_utf8(naver->name));
}

void check_url(std::string_view text) {
  const auto url = parse_url(text);
  require(!url || (!url->host.empty() && url->target.starts_with('/') &&
                   url->target.find_first_of(" \r\n") == std::string::npos));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0]) {
    case 't':
      check_token(text);
      break;
    case 'd':
      check_metadata(text);
      break;
    case 'k':
      (void)parse_provider_keys(text);
      break;
    case 'p':
      check_person(text);
      break;
    case 'a':
      require(name_of_apple_user(text).size() <= 100);
      break;
    case 'u':
      check_url(text);
      break;
    default:
      (void)parse_http_answer(text);
  }
  return 0;
}
