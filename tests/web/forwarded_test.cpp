// The client behind proxies, and clients that only claim to be behind one.
#include "web/in.h"

#include <boost/test/unit_test.hpp>

using namespace cardea;

namespace {

std::vector<Network> proxies() {
  return {*parse_network("10.0.0.0/8"), *parse_network("2001:db8:f::/48"), *parse_network("127.0.0.1")};
}

using Headers = std::vector<std::pair<std::string, std::string>>;

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
      {"a thousand hops of strangers", "10.0.0.1", hops(1000, "198.51.100.1"), "198.51.100.1"},
  };
  for (const auto& row : rows)
    BOOST_TEST_CONTEXT(row.name) BOOST_TEST(client_of(row.neighbour, row.forwarded_for) == row.client);
}

BOOST_AUTO_TEST_CASE(a_hop_may_have_a_port_brackets_and_quotes) {
  const std::pair<const char*, const char*> rows[] = {
      {"198.51.100.1:4711", "198.51.100.1"},
      {"198.51.100.1:0", "198.51.100.1"},
      {"198.51.100.1:65535", "198.51.100.1"},
      {"198.51.100.1:_port", "198.51.100.1"},
      {"\"198.51.100.1:4711\"", "198.51.100.1"},
      {"[2001:db8::5]", "2001:db8::5"},
      {"[2001:db8::5]:4711", "2001:db8::5"},
      {"\"[2001:db8::5]:4711\"", "2001:db8::5"},
      {"2001:DB8:0::5", "2001:db8::5"},
      {"::ffff:198.51.100.1", "198.51.100.1"},
      {"[::ffff:198.51.100.1]:4711", "198.51.100.1"},
      {"::ffff:198.51.100.1:4711", "198.51.100.1"},
      {"198.51.100.1:4711, 10.0.0.2:4712", "198.51.100.1"},
      {"198.51.100.1, [2001:db8:f::2]:80, 10.0.0.2:4712", "198.51.100.1"},
      {"127.0.0.1:1, 198.51.100.1:4711", "198.51.100.1"},
  };
  for (const auto& [hops, client] : rows)
    BOOST_TEST_CONTEXT(hops) BOOST_TEST(client_of("10.0.0.1", hops) == client);
}

BOOST_AUTO_TEST_CASE(a_hop_that_is_no_address_is_an_unknown_client_and_never_the_proxy) {
  const std::pair<std::string, const char*> rows[] = {
      {"unknown", "unknown"},
      {"_hidden", "unknown (_hidden)"},
      {"198.51.100.1, unknown, 10.0.0.2", "unknown"},
      {"fe80::1%eth0", "unknown (fe80::1%eth0)"},
      {"198.51.100.1, , 10.0.0.2", "unknown"},
      {"198.51.100.1,", "unknown"},
      {" ", "unknown"},
      {"' OR ''='", "unknown ('?OR?''=')"},
      {"0198.051.100.1", "unknown (0198.051.100.1)"},
      {"198.51.100.1:", "unknown (198.51.100.1:)"},
      {"198.51.100.1:65536", "unknown (198.51.100.1:65536)"},
      {"198.51.100.1:80:80", "unknown (198.51.100.1:80:80)"},
      {"[198.51.100.1]", "unknown ([198.51.100.1])"},
      {"[2001:db8::5", "unknown ([2001:db8::5)"},
      {"[2001:db8::5]80", "unknown ([2001:db8::5]80)"},
      {"\"198.51.100.1", "unknown (\"198.51.100.1)"},
      {"0.0.0.0", "unknown (0.0.0.0)"},
      {"::", "unknown (::)"},
      {"unix:", "unknown (unix:)"},
      {std::string(1000, 'x'), "unknown (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)"},
      {hops(1000, "10.0.0.2"), "unknown (too-many-hops)"},
      {std::string(16000, ','), "unknown"},
  };
  for (const auto& [hops, client] : rows)
    BOOST_TEST_CONTEXT(hops) BOOST_TEST(client_of("10.0.0.1", hops) == client);
}

namespace {

Address client_by(const Headers& headers, const std::vector<Network>& trusted = proxies()) {
  Request request;
  request.headers = headers;
  return peer_of({{"REMOTE_ADDR", "10.0.0.1"}}, request, trusted).address;
}

std::string forwarded(const std::string& value) {
  return client_by({{"forwarded", value}}).text();
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_unknown_client_is_in_no_trusted_network) {
  const std::vector<Network> all{*parse_network("0.0.0.0/0"), *parse_network("::/0")};
  const auto client = client_by({{"x-forwarded-for", "203.0.113.1, unknown"}}, all);
  BOOST_TEST(client.text() == "unknown");
  for (const auto& network : all) BOOST_TEST(!network.contains(client));
}

BOOST_AUTO_TEST_CASE(a_request_that_a_proxy_passed_on_without_a_name_is_an_unknown_client_s) {
  for (const auto* header : {"x-forwarded-proto", "x-forwarded-host", "via", "x-real-ip"})
    BOOST_TEST_CONTEXT(header) BOOST_TEST(client_by({{header, "x"}}).text() == "unknown");
  BOOST_TEST(client_by({{"x-forwarded-for", ""}}).text() == "unknown");
  BOOST_TEST(client_by({{"accept", "x"}}).text() == "10.0.0.1");
}

// RFC 7239.
BOOST_AUTO_TEST_CASE(forwarded_names_the_client_likewise) {
  BOOST_TEST(forwarded("for=198.51.100.1") == "198.51.100.1");
  BOOST_TEST(forwarded("For=\"198.51.100.1:4711\";proto=https;by=10.0.0.1") == "198.51.100.1");
  BOOST_TEST(forwarded("proto=http; FOR=\"[2001:db8::5]:4711\"") == "2001:db8::5");
  BOOST_TEST(forwarded("for=203.0.113.9, for=198.51.100.1,for=10.0.0.2") == "198.51.100.1");
  BOOST_TEST(forwarded("for=198.51.100.1;ext=\"a, for=10.0.0.9; \\\" b\", for=10.0.0.2") == "198.51.100.1");
  BOOST_TEST(forwarded("for=unknown") == "unknown");
  BOOST_TEST(forwarded("for=\"_gazonk\"") == "unknown (_gazonk)");
  BOOST_TEST(forwarded("proto=https") == "unknown");
  BOOST_TEST(forwarded("for=198.51.100.1, proto=https") == "unknown");
  for (const auto* bad : {"198.51.100.1", "for=\"198.51.100.1", "for=\", for=198.51.100.1",
                          "for=1.2.3.4;for=198.51.100.1", "for=\"198.51.100.1\"x", "\""})
    BOOST_TEST_CONTEXT(bad) BOOST_TEST(forwarded(bad) == "unknown (malformed-Forwarded)");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "for=10.0.0.2,";
  BOOST_TEST(forwarded(many + "for=198.51.100.1") == "198.51.100.1");
  BOOST_TEST(forwarded(many + "for=10.0.0.3") == "unknown (too-many-hops)");
}

BOOST_AUTO_TEST_CASE(two_headers_that_disagree_name_nobody) {
  const auto client = [](const char* list, const char* rfc) {
    return client_by({{"x-forwarded-for", list}, {"forwarded", rfc}}).text();
  };
  BOOST_TEST(client("198.51.100.1:4711", "for=198.51.100.1") == "198.51.100.1");
  BOOST_TEST(client("203.0.113.9, 198.51.100.1", "for=198.51.100.1") == "198.51.100.1");
  BOOST_TEST(client("198.51.100.1", "proto=https;host=example.com") == "198.51.100.1");
  BOOST_TEST(client("198.51.100.1", "for=203.0.113.9") == "unknown (two-headers-disagree)");
  BOOST_TEST(client("127.0.0.1", "for=198.51.100.1") == "unknown (two-headers-disagree)");
  BOOST_TEST(client("198.51.100.1", "\"") == "unknown (two-headers-disagree)");
}

BOOST_AUTO_TEST_CASE(a_proxy_may_connect_through_a_socket_of_this_machine) {
  const std::vector<Network> sockets{*parse_network("unix:")};
  Request request;
  request.headers = {{"x-forwarded-for", "203.0.113.9, 198.51.100.1, unix:"}, {"x-forwarded-proto", "https"}};
  for (const auto* socket : {"unix:", "unix:/run/proxy.sock", "/run/proxy.sock", "anonymous"}) {
    const auto peer = peer_of({{"REMOTE_ADDR", socket}}, request, sockets);
    BOOST_TEST(peer.address.text() == "198.51.100.1");
    BOOST_TEST(peer.secure);
    BOOST_TEST(client_of(socket, "198.51.100.1") == "unknown (unix:)");  // not listed
  }
}

BOOST_AUTO_TEST_CASE(without_a_neighbour_s_address_the_client_is_unknown) {
  BOOST_TEST(client_of("", "198.51.100.1") == "unknown");
  BOOST_TEST(client_of("nonsense", "198.51.100.1") == "unknown (nonsense)");
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
  BOOST_TEST(is_secure({}, "HTTPS"));
  BOOST_TEST(is_secure({}, "https,http"));
  BOOST_TEST(is_secure({}, "Https , http"));
}

BOOST_AUTO_TEST_CASE(https_is_told_by_other_headers_too) {
  const auto secure = [](const Headers& headers) {
    Request request;
    request.headers = headers;
    return peer_of({{"REMOTE_ADDR", "10.0.0.1"}}, request, proxies()).secure;
  };
  BOOST_TEST(secure({{"x-forwarded-ssl", "on"}}));
  BOOST_TEST(secure({{"x-forwarded-ssl", "ON"}}));
  BOOST_TEST(secure({{"front-end-https", "On"}}));
  BOOST_TEST(secure({{"x-forwarded-scheme", "https"}}));
  BOOST_TEST(!secure({{"x-forwarded-ssl", "off"}}));
  BOOST_TEST(!secure({{"x-forwarded-ssl", "on"}, {"front-end-https", "off"}}));
  BOOST_TEST(!secure({{"x-forwarded-proto", "http"}, {"x-forwarded-ssl", "on"}}));
  BOOST_TEST(secure({{"forwarded", "for=198.51.100.1;proto=HTTPS"}}));
  BOOST_TEST(!secure({{"forwarded", "for=198.51.100.1;proto=http"}}));
  BOOST_TEST(secure({{"forwarded", "proto=https;for=198.51.100.1;by=10.0.0.1"}}));
  BOOST_TEST(secure({{"forwarded", "for=198.51.100.1"}, {"x-forwarded-ssl", "on"}}));
  BOOST_TEST(secure({{"forwarded", "for=198.51.100.1;proto=https, for=10.0.0.2;proto=http"}}));
  BOOST_TEST(!secure({{"forwarded", "for=203.0.113.9;proto=https, for=198.51.100.1;proto=http"}}));
  BOOST_TEST(!secure({{"forwarded", "for=198.51.100.1;proto=https"}, {"x-forwarded-proto", "http"}}));
}

// The client wrote everything left of its own hop.
BOOST_AUTO_TEST_CASE(of_a_list_with_a_value_for_each_hop_the_client_s_counts) {
  const auto secure = [](const char* hops, const char* protos) {
    Request request;
    request.headers = {{"x-forwarded-for", hops}, {"x-forwarded-proto", protos}};
    return peer_of({{"REMOTE_ADDR", "10.0.0.1"}}, request, proxies()).secure;
  };
  BOOST_TEST(!secure("203.0.113.9, 198.51.100.1", "https, http"));
  BOOST_TEST(secure("203.0.113.9, 198.51.100.1", "http, https"));
  BOOST_TEST(secure("198.51.100.1, 10.0.0.2", "https, http"));
  BOOST_TEST(secure("203.0.113.9, 198.51.100.1", "https"));
}

BOOST_AUTO_TEST_CASE(a_stranger_s_word_about_https_is_not_heard) {
  BOOST_TEST(!is_secure({}, "https", "192.0.2.7"));
  BOOST_TEST(is_secure({{"HTTPS", "on"}}, "http", "192.0.2.7"));
}

BOOST_AUTO_TEST_SUITE_END()
