// No request costs much processor time, whatever a client sends: more than 200
// bodies, queries and headers of up to 64 KB to each route of the table, by a client that is signed in and by one that is not.
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <deque>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "support/browser.h"
#include "support/processor_time.h"
#include "web/handle.h"
#include "web/in.h"
#include "web/origin.h"
#include "web/routes.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::size_t large = 64 * 1024;
// A sign-in with two readings of its password takes a millisecond here; a debug build ten times as long.
constexpr milliseconds most{1000};  // what it forbids takes ten times as long; a busy machine and sanitizers do not

std::string filled(std::string_view part, std::size_t size = large) {
  std::string text;
  while (text.size() + part.size() <= size) text += part;
  return text;
}

struct Hostile {
  std::string what;
  std::string body = {};
  std::string type = "application/json";
  std::string query = {};
  std::string header = {};  // "HTTP_COOKIE"
  std::string value = {};
  std::string segment = "example";  // what stands for {id}
};

// Marks in an order that has to be turned round, joined letters, what is dropped, escaped and decoded.
const std::vector<std::string> parts{"a",
                                     " ",
                                     "\u0301",
                                     "\u0315\u0300",
                                     "\u1112\u1161\u11AB",
                                     "\u200D",
                                     "\u3164",
                                     "\U000E0041",
                                     "\U0001F468\u200D",
                                     "\uD55C.",
                                     "xn--a.",
                                     "a@",
                                     ".",
                                     "eyJhbGciOiJFUzI1NiJ9",
                                     "/",
                                     "\\u0301",
                                     "0",
                                     "%CC%81",
                                     "<",
                                     "1.2.3.4,"};

const std::vector<std::string_view> fields{
    "device_name",   "name",         "email",    "password",     "device_id", "language", "return_to",
    "refresh_token", "access_token", "id_token", "new_password", "token",     "code",     "grant_type"};

// What a form or an app sends otherwise, so that the large field is reached.
Json usual_fields() {
  return {{"email", "ada@example.com"},  {"password", "wrong"},           {"current_password", "wrong"},
          {"new_password", "new words"}, {"grant_type", "refresh_token"}, {"token", "x"},
          {"id_token", "x.y.z"},         {"return_to", "/page"}};
}

std::string as_form(const Json& values) {
  std::string form;
  for (const auto& [name, value] : values.items())
    form += name + "=" + query_value(value.get<std::string>()).substr(0, large / 2 / 9 * 9) + "&";
  return form;
}

void add_bodies(std::vector<Hostile>& all) {
  for (const auto field : fields) {
    for (const auto& part : parts) {
      auto body = usual_fields();
      body[std::string(field)] = filled(part, large - 1024);
      const auto what = std::string(field) + " of " + part;
      all.push_back({.what = what, .body = json_text(body)});
      if (part != parts.front() && part != parts[3]) continue;
      all.push_back(
          {.what = "form, " + what, .body = as_form(body), .type = "application/x-www-form-urlencoded"});
    }
  }
}

void add_shapes(std::vector<Hostile>& all) {
  const auto json = [&](std::string what, std::string body) {
    all.push_back({.what = std::move(what), .body = std::move(body)});
  };
  json("depth", filled("["));
  json("depth of objects", filled("{\"a\":"));
  json("empty arrays", "{\"a\":[" + filled("[],", large - 10) + "[]]}");
  json("one name again and again", "{" + filled("\"a\":1,", large - 10) + "\"a\":1}");
  std::string members = "{";
  for (int i = 0; members.size() < large - 32; ++i) members += "\"" + std::to_string(i) + "\":1,";
  json("many members", members + "\"a\":1}");
  json("a long number", "{\"name\":" + filled("9", large - 20) + "}");
  json("a small number", "{\"name\":0." + filled("0", large - 20) + "1}");
  json("an exponent", "{\"name\":1e" + filled("9", large - 20) + "}");
  json("blanks", filled(" "));
  json("a text without an end", "\"" + filled("\\u0301", large - 10));
  json("bytes that are no text", filled("\xFF"));
  for (const auto& part : {"&", "=", "a&", "a=1&", "%", "%41", "+", "%CC%81", ";", "a=b=c"})
    all.push_back({.what = std::string("a form of ") + part,
                   .body = filled(part),
                   .type = "application/x-www-form-urlencoded",
                   .query = filled(part)});
  std::string pairs;
  for (int i = 0; pairs.size() < large - 32; ++i) pairs += std::to_string(i) + "=1&";
  all.push_back({.what = "a form of many fields",
                 .body = pairs,
                 .type = "application/x-www-form-urlencoded",
                 .query = pairs});
  all.push_back({.what = "parts", .body = filled("--x\r\n\r\n"), .type = "multipart/form-data; boundary=x"});
  all.push_back({.what = "a long type", .body = "{}", .type = filled("application/json;")});
  for (const auto& part : {"a+", "a,", "+", "a%20b+"})
    all.push_back({.what = std::string("a scope of ") + part, .query = "scope=" + filled(part, large - 100)});
  for (const auto& part : parts)
    all.push_back({.what = "query and path of " + part,
                   .query = "return_to=/" + filled(part, large - 100) + "&state=" + filled(part, 1000),
                   .segment = filled(part, 1500)});
}

void add_headers(std::vector<Hostile>& all) {
  const auto cookie_of = [](std::string_view name) { return std::string(name) + "="; };
  for (const std::size_t size : {header_size_limit - 64, large}) {
    const auto header = [&](std::string name, std::string value) {
      all.push_back({.what = name + " of " + value.substr(0, 40),
                     .body = json_text(usual_fields()),
                     .header = std::move(name),
                     .value = std::move(value)});
    };
    for (const auto& part :
         {"; ", "a; ", "=;", "__Host-cardea_access=a; ", "__Secure-cardea_refresh=a; ", "\"", ", "})
      header("HTTP_COOKIE", filled(part, size));
    for (const auto& part : parts) {
      header("HTTP_COOKIE", cookie_of(access_cookie) + filled(part, size));
      header("HTTP_COOKIE", cookie_of(refresh_cookie) + filled(part, size));
      header("HTTP_AUTHORIZATION", "Bearer " + filled(part, size));
      header("HTTP_USER_AGENT", filled(part, size));
    }
    header("HTTP_AUTHORIZATION",
           "Bearer " + base64url_encode("{\"alg\":\"ES256\",\"kid\":\"" + filled("k", size / 2)) + ".e30.");
    header("HTTP_AUTHORIZATION", "Basic " + filled("YTpi", size));
    header("HTTP_AUTHORIZATION", filled("Bearer ", size));
    for (const auto& part : {"192.0.2.7,", "1,", ",", " ", "[::1]:80,", "unknown, ", ":"}) {
      header("HTTP_X_FORWARDED_FOR", filled(part, size));
      header("HTTP_FORWARDED", filled("for=\"" + std::string(part) + "\",", size));
    }
    for (const auto& part : {"en,", "en;q=0.9,", "-", "a;q=1;", ";", ","})
      header("HTTP_ACCEPT_LANGUAGE", filled(part, size));
    for (const auto& name :
         {"HTTP_ORIGIN", "HTTP_REFERER", "HTTP_ACCEPT", "HTTP_IDEMPOTENCY_KEY", "HTTP_HOST",
          "HTTP_ACCESS_CONTROL_REQUEST_METHOD", "HTTP_ACCESS_CONTROL_REQUEST_HEADERS"})
      header(name, filled("https://a/?", size));
  }
}

std::vector<Hostile> hostile_requests() {
  std::vector<Hostile> all;
  add_bodies(all);
  add_shapes(all);
  add_headers(all);
  return all;
}

struct Installed : House {
  User ada = add_user("ada@example.com");
  Installed() {
    settings.site.trusted_proxies = {*parse_network("192.0.2.0/24")};
    settings.transport.mode = TransportMode::both;
    settings.limits.account_failures.failures = 1'000'000;
    settings.limits.address_failures.failures = 1'000'000;
  }

  std::string cookies() {
    const auto grant = start(ada);
    return std::string(access_cookie) + "=" + std::string(grant.access_token.reveal()) + "; " +
           std::string(refresh_cookie) + "=" + std::string(grant.refresh_token.reveal());
  }

  // An environment holds views: what it is made of is kept until the next one.
  std::deque<std::string> texts;
  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }

  Environment environment_of(const Route& route, const Hostile& hostile) {
    texts.clear();
    std::string path(route.path);
    if (const auto brace = path.find('{'); brace != path.npos)
      path.replace(brace, path.find('}') - brace + 1, hostile.segment);
    const bool is_word =
        !route.method.empty() && std::isalpha(static_cast<unsigned char>(route.method.front())) != 0;
    Environment environment;
    environment.add("REQUEST_METHOD", is_word ? route.method : "POST");
    environment.add("REQUEST_URI", keep(settings.site.mount + path + "?" + hostile.query));
    environment.add("QUERY_STRING", hostile.query);
    environment.add("CONTENT_TYPE", hostile.type);
    environment.add("CONTENT_LENGTH", keep(std::to_string(hostile.body.size())));
    environment.add("REMOTE_ADDR", "192.0.2.7");
    environment.add("HTTPS", "on");
    if (!hostile.header.empty()) environment.add(hostile.header, hostile.value);
    if (hostile.header != "HTTP_COOKIE" && hostile.header != "HTTP_AUTHORIZATION")
      environment.add("HTTP_COOKIE", keep(cookies()));
    return environment;
  }

  // As a process does it: from the environment to the bytes.
  milliseconds cost_of(const Environment& environment, const std::string& body) {
    const ProcessorTime spent;
    auto request = request_of(environment, Secret::copy_of(body), now, settings);
    const auto* refused = std::get_if<Response>(&request);
    const auto response = refused != nullptr ? *refused : handle(std::get<Request>(request), deps());
    BOOST_TEST(response.status != 500);
    BOOST_TEST(!cgi_bytes(response).empty());
    return spent.so_far();
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_size)

BOOST_AUTO_TEST_CASE(no_request_of_64_kb_keeps_the_processor_busy) {
  const auto requests = hostile_requests();
  BOOST_TEST(requests.size() >= 200U);
  for (const auto& route : route_table()) {
    Installed house;
    for (const auto& hostile : requests) {
      if (route.method == "GET" && hostile.query.empty() && hostile.header.empty())
        continue;  // it has no body
      BOOST_TEST_CONTEXT(route.method << " " << route.path << ": " << hostile.what) {
        const auto environment = house.environment_of(route, hostile);
        BOOST_TEST(house.cost_of(environment, hostile.body).count() < most.count());
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
