// src/web/README.md is what people read about the HTTP interface: it must name every route of the table once, and no others.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "web/routes.h"

using namespace cardea;

namespace {

// "/devices/{id}" -> "/devices/{}": what stands between the braces is a name for the reader.
std::string without_names(std::string_view path) {
  std::string plain;
  bool inside = false;
  for (const char letter : path) {
    if (letter == '}') inside = false;
    if (!inside) plain += letter;
    if (letter == '{') inside = true;
  }
  return plain;
}

// "ANY" in the text stands for every method.
std::string call(std::string_view method, std::string_view path) {
  return std::string(method == every_method ? "ANY" : method) + " " + without_names(path);
}

// True for "POST /login", false for "POST" or "a POST".
bool is_call(std::string_view text) {
  const auto blank = text.find(' ');
  return blank != text.npos && blank > 0 && text.substr(blank + 1).starts_with('/') &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(blank),
                     [](unsigned char letter) { return std::isupper(letter) != 0; });
}

// The calls in a heading such as "### `DELETE /devices/{id}`, `POST /devices/{id}/revoke`".
void add_calls(std::string_view heading, std::vector<std::string>& calls) {
  for (auto begin = heading.find('`'); begin != heading.npos; begin = heading.find('`')) {
    const auto end = heading.find('`', begin + 1);
    BOOST_REQUIRE_MESSAGE(end != heading.npos, "a quote is not closed: " << heading);
    const auto text = heading.substr(begin + 1, end - begin - 1);
    BOOST_TEST(is_call(text), "not a method and a path: " << text);
    if (is_call(text)) calls.push_back(call(text.substr(0, text.find(' ')), text.substr(text.find(' ') + 1)));
    heading.remove_prefix(end + 1);
  }
}

std::vector<std::string> calls_of_reference() {
  std::ifstream file{std::string{CARDEA_TESTS} + "/../src/web/README.md"};
  BOOST_REQUIRE(file.is_open());
  std::vector<std::string> calls;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("### ")) add_calls(line, calls);
  std::sort(calls.begin(), calls.end());
  return calls;
}

std::vector<std::string> calls_of_table() {
  std::vector<std::string> calls;
  for (const auto& route : route_table()) calls.push_back(call(route.method, route.path));
  std::sort(calls.begin(), calls.end());
  return calls;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_reference)

BOOST_AUTO_TEST_CASE(the_reference_has_exactly_the_routes_of_the_table) {
  const auto described = calls_of_reference();
  const auto answered = calls_of_table();
  for (const auto& one : answered)
    BOOST_TEST((std::count(described.begin(), described.end(), one) == 1),
               one << " must have one heading in src/web/README.md");
  for (const auto& one : described)
    BOOST_TEST((std::count(answered.begin(), answered.end(), one) == 1),
               one << " is in src/web/README.md, but is not a route");
}

BOOST_AUTO_TEST_SUITE_END()
