#include "provider/metadata.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "keys/directory.h"
#include "support/provider_house.h"
#include "support/temporary_directory.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct Scene {
  FakeHttp http;
  TemporaryDirectory directory{"documents"};
  Instant now = morning;
  DocumentWanted wanted{.name = "x.keys",
                        .url = "https://id.example.com/keys",
                        .trust = {},
                        .problem = [](std::string_view body) -> std::optional<std::string> {
                          return body.find("good") == body.npos ? std::optional<std::string>("is bad")
                                                                : std::nullopt;
                        }};

  // Each time as a new process would.
  std::string get() {
    auto outcome = DocumentCache(directory.path(), http).get(wanted, now);
    const auto* failure = std::get_if<HttpFailure>(&outcome);
    return failure != nullptr ? "failure: " + failure->why : std::get<std::string>(outcome);
  }
  void publish(const std::string& text, seconds age = seconds{0}) { http.put(wanted.url, Json(text), age); }
  [[nodiscard]] int asked() const { return http.calls_to(wanted.url); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(document_caches)

BOOST_AUTO_TEST_CASE(a_document_is_asked_for_once_in_its_life) {
  Scene scene;
  scene.publish("good 1");
  for (int i = 0; i < 5; ++i) BOOST_TEST(scene.get() == "\"good 1\"");
  scene.publish("good 2");
  scene.now += usual_document_life - seconds{1};
  BOOST_TEST(scene.get() == "\"good 1\"");
  BOOST_TEST(scene.asked() == 1);
  scene.now += seconds{1};
  BOOST_TEST(scene.get() == "\"good 2\"");
}

BOOST_AUTO_TEST_CASE(the_providers_own_lifetime_counts_within_limits) {
  for (const auto& [said, kept] :
       {std::pair{seconds{1}, min_document_life}, std::pair{seconds{7200}, seconds{7200}},
        std::pair{seconds{31'536'000}, max_document_life}}) {
    Scene scene;
    scene.publish("good", said);
    (void)scene.get();
    scene.now += kept - seconds{1};
    (void)scene.get();
    BOOST_TEST(scene.asked() == 1);
    scene.now += seconds{1};
    (void)scene.get();
    BOOST_TEST(scene.asked() == 2);
  }
}

BOOST_AUTO_TEST_CASE(a_provider_that_is_down_for_a_while_does_not_matter) {
  Scene scene;
  scene.publish("good");
  (void)scene.get();
  scene.http.take_down(scene.wanted.url);
  scene.now += usual_document_life + stale_document_life - seconds{1};
  BOOST_TEST(scene.get() == "\"good\"");
  scene.now += seconds{1};
  BOOST_TEST(scene.get().starts_with("failure: nobody answers"));
}

BOOST_AUTO_TEST_CASE(a_provider_that_fails_is_left_alone_for_a_moment) {
  Scene scene;
  for (int i = 0; i < 10; ++i, scene.now += seconds{1}) BOOST_TEST(scene.get().starts_with("failure: "));
  BOOST_TEST(scene.asked() == 1);
  scene.publish("good");
  BOOST_TEST(scene.get() == "\"good\"");
}

BOOST_AUTO_TEST_CASE(a_bad_document_does_not_replace_a_good_one) {
  Scene scene;
  scene.publish("good");
  (void)scene.get();
  scene.publish("rubbish");
  scene.now += usual_document_life;
  BOOST_TEST(scene.get() == "\"good\"");
  scene.http.put(scene.wanted.url, [](const HttpCall&) { return HttpAnswer{302, "good"}; });
  scene.now += failure_floor;
  BOOST_TEST(scene.get() == "\"good\"");
}

BOOST_AUTO_TEST_CASE(newer_is_asked_for_once_in_a_while_only) {
  Scene scene;
  scene.publish("good 1");
  (void)scene.get();
  scene.publish("good 2");
  const auto newer = [&] {
    return DocumentCache(scene.directory.path(), scene.http).get_newer(scene.wanted, scene.now);
  };
  scene.now += refetch_floor - seconds{1};
  BOOST_TEST(!newer());
  scene.now += seconds{1};
  BOOST_TEST(newer().value() == "\"good 2\"");
  BOOST_TEST(!newer());
  BOOST_TEST(scene.get() == "\"good 2\"");
  BOOST_TEST(scene.asked() == 2);
}

BOOST_AUTO_TEST_CASE(the_file_is_ours_alone_and_another_address_makes_it_void) {
  Scene scene;
  scene.publish("good");
  (void)scene.get();
  const auto path = scene.directory.path() + "/provider-x.keys.json";
  struct stat status {};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777U) == 0600U);
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(scene.directory.path()), {}) == 1);
  scene.wanted.url = "https://other.example.com/keys";
  BOOST_TEST(scene.get().starts_with("failure: "));
}

BOOST_AUTO_TEST_CASE(however_often_a_document_changes_one_file_as_large_as_the_last_one_is_kept) {
  Scene scene;
  for (int i = 0; i < 50; ++i, scene.now += usual_document_life) {
    const auto text = "good " + std::string(i % 2 == 0 ? 200'000 : 10, 'x');
    scene.publish(text);
    BOOST_TEST(scene.get() == json_text(Json(text)));
  }
  BOOST_TEST(scene.asked() == 50);
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(scene.directory.path()), {}) == 1);
  BOOST_TEST(std::filesystem::file_size(scene.directory.path() + "/provider-x.keys.json") < 1000U);
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_as_good_as_none) {
  for (const std::string text : {"", "{", "[]", "{\"url\":1}", "\xff\xfe"}) {
    Scene scene;
    std::ofstream(scene.directory.path() + "/provider-x.keys.json") << text;
    scene.publish("good");
    BOOST_TEST(scene.get() == "\"good\"");
  }
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_written_is_said_to_be) {
  Scene scene;
  scene.publish("good");
  DocumentCache cache("/nonexistent", scene.http);
  BOOST_CHECK_THROW((void)cache.get(scene.wanted, scene.now), KeyError);
}

BOOST_AUTO_TEST_CASE(metadata_of_another_issuer_or_with_bad_addresses_is_refused) {
  FakeHttp http;
  const ProviderHouse house(http);
  const auto is_valid = [](const Json& json) {
    return std::holds_alternative<ProviderMetadata>(
        parse_metadata(json_text(json), "https://id.example.com"));
  };
  BOOST_TEST(is_valid(house.discovery));
  for (const auto& [name, value] : std::initializer_list<std::pair<std::string, Json>>{
           {"issuer", "https://evil.example.com"},
           {"issuer", "https://id.example.com/"},
           {"issuer", nullptr},
           {"jwks_uri", "file:///etc/passwd"},
           {"jwks_uri", ""},
           {"token_endpoint", "https://user@x.example/"},
           {"token_endpoint", 1},
           {"authorization_endpoint", "javascript:alert(1)"},
           {"authorization_endpoint", "https://x.example/a\r\nSet-Cookie: b"},
           {"userinfo_endpoint", "x"}}) {
    auto changed = house.discovery;
    changed[name] = value;
    BOOST_TEST(!is_valid(changed), name << " " << json_text(value));
  }
  BOOST_TEST(std::holds_alternative<BadMetadata>(parse_metadata("[]", "https://id.example.com")));
}

BOOST_AUTO_TEST_SUITE_END()
