// Who is at the other end when proxies stand between; and who only says so.
#include "web/forwarded.h"

#include <boost/test/unit_test.hpp>

#include "web/environment.h"

using namespace cardea;

namespace {

std::vector<Network> proxies() {
  return {*parse_network("10.0.0.0/8"), *parse_network("2001:db8:f::/48"), *parse_network("127.0.0.1")};
}

struct Row {
  const char* name;
  const char* neighbour;
  std::string forwarded_for;
  const char* client;
};

std::string client_of(const std::string& neighbour, const std::string& forwarded_for) {
  Request request;
  if (!forwarded_for.empty()) request.headers = {{"x-forwarded-for", forwarded_for}};
  return peer_of({{"REMOTE_ADDR", neighbour}}, request, proxies()).address.text();
}

bool is_secure(const Environment& environment, const std::string& forwarded_proto = "",
               const std::string& neighbour = "10.0.0.1") {
  auto all = environment;
  all.add("REMOTE_ADDR", neighbour);
  Request request;
  if (!forwarded_proto.empty()) request.headers = {{"x-forwarded-proto", forwarded_proto}};
  return peer_of(all, request, proxies()).secure;
}

std::string hops(int count, const std::string& hop) {
  std::string list;
  for (int i = 0; i < count; ++i) list += (i == 0 ? "" : ", ") + hop;
  return list;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(forwarded)

BOOST_AUTO_TEST_CASE(the_client_is_the_first_from_the_right_that_is_no_trusted_proxy) {
  const Row rows[] = {
      {"nobody in between", "192.0.2.7", "", "192.0.2.7"},
      {"an untrusted neighbour may say what it likes", "192.0.2.7", "198.51.100.1", "192.0.2.7"},
      {"one proxy", "10.0.0.1", "198.51.100.1", "198.51.100.1"},
      {"two proxies", "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"},
      {"blanks and tabs", "10.0.0.1", "  198.51.100.1\t ,\t10.0.0.2 ", "198.51.100.1"},
      {"no blanks", "10.0.0.1", "198.51.100.1,10.0.0.2", "198.51.100.1"},
      {"what the client wrote itself is left of it", "10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"},
      {"a client that claims to be a proxy", "10.0.0.1", "10.0.0.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
      {"the proxy itself asks", "10.0.0.1", "", "10.0.0.1"},
      {"only proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
      {"IPv6 client", "10.0.0.1", "2001:db8::5", "2001:db8::5"},
      {"IPv6 proxy", "2001:db8:f::1", "198.51.100.1", "198.51.100.1"},
      {"IPv6 neighbour that is no proxy", "2001:db8:e::1", "198.51.100.1", "2001:db8:e::1"},
      {"mapped IPv4 proxy", "::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"},
      {"loopback by name of one", "127.0.0.1", "198.51.100.1", "198.51.100.1"},
      {"its neighbour is another", "127.0.0.2", "198.51.100.1", "127.0.0.2"},
      {"a hop that is no address", "10.0.0.1", "unknown", "10.0.0.1"},
      {"a hop that is none, further left", "10.0.0.1", "198.51.100.1, unknown, 10.0.0.2", "10.0.0.2"},
      {"a zone", "10.0.0.1", "fe80::1%eth0", "10.0.0.1"},
      {"a port", "10.0.0.1", "198.51.100.1:4711", "10.0.0.1"},
      {"an empty hop", "10.0.0.1", "198.51.100.1, , 10.0.0.2", "10.0.0.2"},
      {"a comma at the end", "10.0.0.1", "198.51.100.1,", "10.0.0.1"},
      {"SQL", "10.0.0.1", "' OR ''='", "10.0.0.1"},
      {"a thousand hops of strangers", "10.0.0.1", hops(1000, "198.51.100.1"), "198.51.100.1"},
      {"a thousand hops of proxies", "10.0.0.1", hops(1000, "10.0.0.2"), "10.0.0.2"},
      {"octal is no address", "10.0.0.1", "0198.051.100.1", "10.0.0.1"},
  };
  for (const auto& row : rows)
    BOOST_TEST_CONTEXT(row.name) BOOST_TEST(client_of(row.neighbour, row.forwarded_for) == row.client);
}

BOOST_AUTO_TEST_CASE(without_a_neighbour_s_address_there_is_no_client) {
  BOOST_TEST(client_of("", "198.51.100.1") == Address{}.text());
  BOOST_TEST(client_of("/run/socket", "198.51.100.1") == Address{}.text());
}

BOOST_AUTO_TEST_CASE(nobody_is_trusted_unless_listed) {
  Request request;
  request.headers = {{"x-forwarded-for", "198.51.100.1"}, {"x-forwarded-proto", "https"}};
  const auto peer = peer_of({{"REMOTE_ADDR", "127.0.0.1"}}, request, {});
  BOOST_TEST(peer.address.text() == "127.0.0.1");
  BOOST_TEST(!peer.secure);
}

BOOST_AUTO_TEST_CASE(the_server_says_https_in_one_of_three_ways) {
  BOOST_TEST(is_secure({{"HTTPS", "on"}}));
  BOOST_TEST(is_secure({{"HTTPS", "1"}}));
  BOOST_TEST(is_secure({{"REQUEST_SCHEME", "https"}}));
  BOOST_TEST(!is_secure({}));
  BOOST_TEST(!is_secure({{"HTTPS", "off"}}));
  BOOST_TEST(!is_secure({{"HTTPS", ""}, {"REQUEST_SCHEME", "http"}}));
  BOOST_TEST(!is_secure({{"SERVER_PORT", "443"}}));
}

BOOST_AUTO_TEST_CASE(a_trusted_proxy_says_what_the_client_s_side_is) {
  BOOST_TEST(is_secure({}, "https"));
  BOOST_TEST(is_secure({}, "https, http"));
  BOOST_TEST(is_secure({}, " https "));
  BOOST_TEST(!is_secure({}, "http"));
  BOOST_TEST(!is_secure({}, "http, https"));
  BOOST_TEST(!is_secure({}, "httpsx"));
  BOOST_TEST(!is_secure({{"HTTPS", "on"}}, "http"));
}

BOOST_AUTO_TEST_CASE(a_stranger_s_word_about_https_is_not_heard) {
  BOOST_TEST(!is_secure({}, "https", "192.0.2.7"));
  BOOST_TEST(is_secure({{"HTTPS", "on"}}, "http", "192.0.2.7"));
}

BOOST_AUTO_TEST_SUITE_END()
