#include "base/network.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace cardea;

namespace {

std::string text_of(std::string_view text) {
  const auto address = parse_address(text);
  return address ? address->text() : "(refused)";
}

bool contains(std::string_view network, std::string_view address) {
  return parse_network(network).value().contains(parse_address(address).value());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(network)

// RFC 5952 section 4, and one address family for both kinds.
BOOST_AUTO_TEST_CASE(addresses_have_one_text) {
  const std::vector<std::pair<const char*, const char*>> table{
      {"192.0.2.1", "192.0.2.1"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::FFFF:c000:0201", "192.0.2.1"},
      {"2001:0DB8::0001", "2001:db8::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"::", "::"},
      {"::1", "::1"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
  };
  for (const auto& [written, text] : table) BOOST_TEST(text_of(written) == text);
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused) {
  const std::vector<std::string> hostile{
      "",
      " ",
      "1",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.256",
      "01.2.3.4",
      "1.2.3.04",
      "0x1.2.3.4",
      "1.2.3.4 ",
      " 1.2.3.4",
      "1.2.3.4\n",
      "127.1",
      "2130706433",
      "1.2.3.-4",
      "1.2.3.4:80",
      "[::1]",
      "::1%eth0",
      "fe80::1%1",
      ":::",
      "1::2::3",
      "12345::",
      "1:2:3:4:5:6:7:8:9",
      "g::",
      "localhost",
      "1.2.3.4/32",
      std::string{"1.2.3.4\0", 8},
      std::string{"::1\0x", 5},
      std::string(1000, '1'),
      "unknown",
      "_hidden",
  };
  for (const auto& text : hostile) BOOST_TEST(!parse_address(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(a_customer_holds_an_ipv4_address_or_half_an_ipv6_address) {
  const auto customer = [](const char* text) {
    return parse_address(text).value().customer_network().text();
  };
  BOOST_TEST(customer("192.0.2.77") == "192.0.2.77");
  BOOST_TEST(customer("::ffff:192.0.2.77") == "192.0.2.77");
  BOOST_TEST(customer("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
  BOOST_TEST(customer("2001:db8:1:2:ffff:ffff:ffff:ffff") == "2001:db8:1:2::");
  BOOST_TEST(customer("::1") == "::");
}

BOOST_AUTO_TEST_CASE(a_network_contains_its_addresses_and_no_others) {
  BOOST_TEST(contains("10.0.0.0/8", "10.255.255.255"));
  BOOST_TEST(!contains("10.0.0.0/8", "11.0.0.0"));
  BOOST_TEST(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
  BOOST_TEST(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
  BOOST_TEST(contains("192.0.2.128/25", "192.0.2.128"));
  BOOST_TEST(!contains("192.0.2.128/25", "192.0.2.127"));
  BOOST_TEST(contains("2001:db8::/32", "2001:db8:ffff::1"));
  BOOST_TEST(!contains("2001:db8::/32", "2001:db9::1"));
  BOOST_TEST(contains("192.0.2.1", "192.0.2.1"));
  BOOST_TEST(!contains("192.0.2.1", "192.0.2.2"));
  BOOST_TEST(contains("::1", "::1"));
  BOOST_TEST(contains("0.0.0.0/0", "198.51.100.7"));
  BOOST_TEST(!contains("0.0.0.0/0", "2001:db8::1"));
  BOOST_TEST(contains("::/0", "198.51.100.7"));
}

BOOST_AUTO_TEST_CASE(a_prefix_is_counted_in_the_long_form) {
  BOOST_TEST(parse_network("10.0.0.0/8").value().prefix_bits == 104);
  BOOST_TEST(parse_network("192.0.2.1").value().prefix_bits == 128);
  BOOST_TEST(parse_network("2001:db8::/32").value().prefix_bits == 32);
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
  for (const auto* text : {"",
                           "/",
                           "/8",
                           "10.0.0.0/",
                           "10.0.0.0/33",
                           "10.0.0.0/-1",
                           "10.0.0.0/+8",
                           "10.0.0.0/ 8",
                           "10.0.0.0/8 ",
                           "10.0.0.0/8/8",
                           "10.0.0.0/255.0.0.0",
                           "10/8",
                           "10.0.0.1/8",
                           "192.0.2.129/25",
                           "2001:db8::1/32",
                           "::/129",
                           "::1%lo/128",
                           "10.0.0.0/4294967304",
                           "10.0.0.0/0x8",
                           "*",
                           "localhost/8"})
    BOOST_TEST(!parse_network(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(an_unknown_client_is_told_from_others_by_its_name) {
  BOOST_TEST(unknown_client("").text() == "unknown");
  BOOST_TEST(unknown_client("unknown").text() == "unknown");
  BOOST_TEST(unknown_client("_a").text() == "unknown (_a)");
  BOOST_TEST(unknown_client("a b\n\xC3\xA9").text() == "unknown (a?b?\?\?)");
  BOOST_TEST(unknown_client(std::string(1000, 'x')).text().size() <= 45U);
  BOOST_TEST((unknown_client("_a") != unknown_client("_b")));
  BOOST_TEST((unknown_client("_a").customer_network() == unknown_client("_a")));
  BOOST_TEST(!unknown_client("").is_known());
  BOOST_TEST(parse_address("::").value().is_known());
}

BOOST_AUTO_TEST_CASE(no_network_contains_an_unknown_client) {
  for (const auto* text : {"0.0.0.0/0", "::/0", "::", "unix:"})
    BOOST_TEST(!parse_network(text).value().contains(unknown_client("")), text);
  BOOST_TEST(parse_network("unix:").value().contains(local_socket()));
  BOOST_TEST(!parse_network("::/0").value().contains(local_socket()));
  BOOST_TEST(!contains("unix:", "::"));
  BOOST_TEST(!parse_network("unix:/8").has_value());
}

BOOST_AUTO_TEST_CASE(networks_that_hold_strangers) {
  const auto of = [](const std::vector<std::string>& texts) {
    std::vector<Network> networks;
    for (const auto& text : texts) networks.push_back(parse_network(text).value());
    return holds_strangers(networks);
  };
  for (const auto* wide : {"0.0.0.0/0", "::/0", "0.0.0.0/1", "2000::/3", "::ffff:0:0/96", "::/1",
                           "64.0.0.0/7", "2000::/15", "8.0.0.0/6"})
    BOOST_TEST(of({wide}), wide);
  std::vector<std::string> pieces;
  for (int first = 1; first < 224; ++first) pieces.push_back(std::to_string(first) + ".0.0.0/8");
  BOOST_TEST(of(pieces));
  BOOST_TEST(!of({}));
  BOOST_TEST(!of({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "fc00::/7",
                  "fe80::/10", "::1", "unix:"}));
  // Cloudflare.
  BOOST_TEST(!of({"104.16.0.0/13", "172.64.0.0/13", "162.158.0.0/15", "2400:cb00::/32", "2a06:98c0::/29"}));
}

BOOST_AUTO_TEST_SUITE_END()
