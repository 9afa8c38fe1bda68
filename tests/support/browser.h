// Conversations with src/web in one process: requests as a program or a browser makes them, answers looked
// at.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "support/house.h"
#include "web/http.h"

namespace cardea::testing {

using Headers = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// A request over https from 192.0.2.7 without anything that a browser adds.
[[nodiscard]] Request request_to(const House& house, std::string_view method, std::string_view path,
                                 Headers headers = {});
// The same, as a POST with fields.
[[nodiscard]] Request json_to(const House& house, std::string_view path, const Json& fields,
                              Headers headers = {});
[[nodiscard]] Request form_to(const House& house, std::string_view path, std::string_view form,
                              Headers headers = {});
void add_header(Request& request, std::string_view name, std::string_view value);

// handle() with the house's own thread.
[[nodiscard]] Response ask(House& house, const Request& request);

// The header's value, empty if it is not there.
[[nodiscard]] std::string header_of(const Response& response, std::string_view name);
// Where a 303 leads; empty if it is none.
[[nodiscard]] std::string led_to(const Response& response);
// The body as JSON; null if it is none.
[[nodiscard]] Json json_of(const Response& response);
// The cookie that the answer sets; a nameless one if it sets none of that name.
[[nodiscard]] Cookie cookie_of(const Response& response, std::string_view name);
// "401 invalid_token/expired": status, error and reason as far as there are.
[[nodiscard]] std::string gist(const Response& response);
// "email too_long": the field that a refusal names, and with its reason.
[[nodiscard]] std::string field_of(const Response& response);
[[nodiscard]] std::string refused_field(const Response& response);

// A browser on a page of our site: keeps cookies by name and path, sends those that fit, lets them expire.
class Browser {
 public:
  explicit Browser(House& house) : house_(house) {}

  Response get(std::string_view path, Headers headers = {});
  Response post(std::string_view path, const Json& fields, Headers headers = {});
  // Adds the cookies and what a page of our site sends along, and keeps what the answer sets.
  Response send(Request request);

  // Signs in as ada@example.com; true if that worked.
  bool sign_in(std::string_view email = "ada@example.com", std::string_view password = valid_password);

  // What the jar holds; empty if nothing.
  [[nodiscard]] std::string cookie(std::string_view name) const;
  void set_cookie(std::string_view name, std::string_view value, std::string_view path);
  void drop_cookie(std::string_view name);
  [[nodiscard]] std::string cookie_header(std::string_view path) const;
  // A second browser with the same cookies: a thief's copy, or another tab's view of the jar.
  [[nodiscard]] Browser copy() const { return *this; }

 private:
  struct Kept {
    std::string value;
    Instant until{};
  };
  using Place = std::pair<std::string, std::string>;  // name and path
  void keep(const Response& response);

  House& house_;
  std::map<Place, Kept> jar_;
};

// The names of the cookies on an https site.
inline constexpr std::string_view access_cookie = "__Host-cardea_access";
inline constexpr std::string_view refresh_cookie = "__Secure-cardea_refresh";
inline constexpr std::string_view device_cookie = "__Secure-cardea_device";

}  // namespace cardea::testing
