// [provider.NAME]: a section that may be there many times.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "config/sample.h"
#include "config/table.h"
#include "config/temporary_directory.h"
#include "support/contains.h"

using namespace cardea;

namespace {

const std::string long_text(300, 'x');

Sample with(const std::string& section, const std::string& key, const std::string& value) {
  return Sample{}.set(section, "client_id", "client").set(section, key, value);
}

std::string errors_with(const std::string& key, const std::string& value) {
  return errors_of(with("provider.google", key, value).read());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(providers)

BOOST_AUTO_TEST_CASE(a_ready_made_provider_needs_its_client_id_only) {
  const auto settings = settings_of(Sample{}.set("provider.google", "client_id", "abc").read());
  BOOST_REQUIRE(settings.providers.size() == 1U);
  const auto& google = settings.providers.front();
  BOOST_TEST(google.name == "google");
  BOOST_TEST((google.type == ProviderType::google));
  BOOST_TEST(google.label == "Google");
  BOOST_TEST(google.issuer == "https://accounts.google.com");
  BOOST_TEST(google.scopes == "openid email profile");
  BOOST_TEST(google.client_id == "abc");
  BOOST_TEST(!google.allow_private_addresses);
}

BOOST_AUTO_TEST_CASE(several_providers_come_in_the_order_of_the_file_and_keep_their_keys_apart) {
  const auto settings = settings_of(parse_settings(
      "[site]\nurl = https://example.com\n[provider.work]\nissuer = https://id.work.example\nclient_id = a\n"
      "[database]\nurl = sqlite:/a.db\n[provider.github]\nclient_id = b\nlabel = Octocat\n",
      "cardea.ini"));
  BOOST_REQUIRE(settings.providers.size() == 2U);
  BOOST_TEST(settings.providers[0].name == "work");
  BOOST_TEST(settings.providers[0].label == "work");
  BOOST_TEST((settings.providers[0].type == ProviderType::oidc));
  BOOST_TEST(settings.providers[1].label == "Octocat");
  BOOST_TEST(settings.providers[1].token_endpoint == "https://github.com/login/oauth/access_token");
}

BOOST_AUTO_TEST_CASE(a_provider_of_another_name_takes_the_ready_made_settings_of_its_type) {
  const auto settings = settings_of(
      Sample{}.set("provider.apple-web", "client_id", "a").set("provider.apple-web", "type", "apple").read());
  BOOST_TEST(settings.providers.front().issuer == "https://appleid.apple.com");
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_fit_is_no_known_section) {
  for (const std::string name : {"NAME", "Google", "a_b", "a.b", "", "x123456789012345678901234567890123"}) {
    const auto errors = errors_of(Sample{}.set("provider." + name, "client_id", "a").read());
    BOOST_TEST(!errors.empty(), name);
  }
  BOOST_TEST(contains(errors_of(Sample{}.set("provider.NAME", "client_id", "a").read()),
                      "[provider.NAME] is not a known section"));
  BOOST_TEST(contains(errors_of(Sample{}.set("provider.password", "client_id", "a").read()),
                      "the name means signing in by password"));
}

BOOST_AUTO_TEST_CASE(mistakes_are_pointed_at_with_their_line) {
  const auto errors = errors_of(parse_settings(
      "[site]\nurl = https://example.com\n[database]\nurl = sqlite:/a.db\n[provider.google]\nclient = a\n"
      "[provider.kakao]\nclient_id = b\ntype = cocoa\n",
      "cardea.ini"));
  BOOST_TEST(contains(errors, "cardea.ini:6: [provider.google] client is not a known key; known are type, "));
  BOOST_TEST(contains(errors, "cardea.ini:5: [provider.google] client_id is missing"));
  BOOST_TEST(contains(errors, "cardea.ini:9: [provider.kakao] type: 'cocoa' is not a type of provider"));
}

BOOST_AUTO_TEST_CASE(valid_values_are_accepted) {
  const std::vector<std::pair<std::string, std::string>> valid{
      {"type", ""},
      {"type", "oidc"},
      {"label", "구글"},
      {"issuer", "https://id.example.com/realm/a"},
      {"issuer", "https://id.example.com:8443/"},
      {"scopes", "openid  email"},
      {"audiences", "a, b"},
      {"audiences", ""},
      {"authorization_endpoint", "https://id.example.com/authorize"},
      {"ca_file", "ca.pem"},
      {"client_secret_file", ""},
      {"id_token_algorithms", "ES256, PS512 , EdDSA"},
      {"id_token_algorithms", ""},
      {"unknown_nonce", "yes"},
      {"allow_private_addresses", "yes"}};
  for (const auto& [key, value] : valid) {
    auto sample = with("provider.google", key, value);
    if (value == "oidc") sample.set("provider.google", "issuer", "https://id.example.com");
    const auto errors = errors_of(sample.read());
    BOOST_TEST(errors.empty(), errors);
  }
}

BOOST_AUTO_TEST_CASE(bad_values_are_refused_with_section_and_key) {
  const std::vector<std::pair<std::string, std::string>> invalid{
      {"type", "Google"},
      {"type", "saml"},
      {"client_id", ""},
      {"client_id", "two words"},
      {"client_id", long_text},
      {"label", "a\tb"},
      {"label", long_text},
      {"issuer", "id.example.com"},
      {"issuer", "https://id.example.com/?x=1"},
      {"issuer", "https://user@id.example.com"},
      {"issuer", "http://id.example.com"},
      {"scopes", "email"},
      {"scopes", "openid \"x\""},
      {"audiences", "a,b,c,d,e,f,g,h,i"},
      {"token_endpoint", "/token"},
      {"user_endpoint", "ftp://x.example/"},
      {"client_secret_file", "/nonexistent/secret"},
      {"private_key_file", "/dev/null"},
      {"id_token_algorithms", "none"},
      {"id_token_algorithms", "ES256, es256"},
      {"id_token_algorithms", "HS256"},
      {"unknown_nonce", "maybe"},
      {"team_id", "a b"},
      {"key_id", long_text},
      {"allow_private_addresses", "true"}};
  for (const auto& [key, value] : invalid)
    BOOST_TEST(contains(errors_with(key, value), "[provider.google] " + key), key << " = " << value);
}

BOOST_AUTO_TEST_CASE(plain_http_is_for_private_networks_only) {
  BOOST_TEST(contains(errors_with("token_endpoint", "http://127.0.0.1:9/token"), "is not https"));
  const auto allowed = with("provider.google", "issuer", "http://127.0.0.1:9")
                           .set("provider.google", "allow_private_addresses", "yes")
                           .read();
  BOOST_TEST(errors_of(allowed).empty());
}

BOOST_AUTO_TEST_CASE(secrets_are_read_from_private_files) {
  const TemporaryDirectory directory;
  const auto secret = directory.write("secret", "s3cret\n");
  const auto key =
      directory.write("key.p8", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  const auto settings = settings_of(with("provider.google", "client_secret_file", secret).read());
  BOOST_TEST(settings.providers.front().client_secret.reveal() == "s3cret");

  auto apple = Sample{}
                   .set("provider.apple", "client_id", "a")
                   .set("provider.apple", "team_id", "TEAM")
                   .set("provider.apple", "private_key_file", key);
  BOOST_TEST(contains(errors_of(apple.read()), "[provider.apple] private_key_file: team_id, key_id and"));
  apple.set("provider.apple", "key_id", "KEY");
  BOOST_TEST(settings_of(apple.read()).providers.front().private_key.size() > 0U);
  apple.set("provider.apple", "client_secret_file", secret);
  BOOST_TEST(contains(errors_of(apple.read()), "[provider.apple] client_secret_file: "));
  BOOST_TEST(contains(errors_with("private_key_file", secret), "the file is no key"));
  ::chmod(secret.c_str(), 0644);
  BOOST_TEST(contains(errors_with("client_secret_file", secret), "others can read"));
}

BOOST_AUTO_TEST_CASE(a_provider_without_an_issuer_is_refused) {
  BOOST_TEST(contains(errors_of(Sample{}.set("provider.work", "client_id", "a").read()),
                      "[provider.work] issuer: a provider of type oidc needs one"));
}

BOOST_AUTO_TEST_SUITE_END()
