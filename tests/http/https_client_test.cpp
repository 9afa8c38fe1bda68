#include "http/client.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "http/connection.h"

using namespace cardea;

namespace {

std::string why(const std::string& url, bool allow_private = false) {
  HttpsClient client;
  HttpCall call;
  call.url = url;
  call.trust.allow_private_addresses = allow_private;
  const auto outcome = client.call(call);
  const auto* failure = std::get_if<HttpFailure>(&outcome);
  return failure != nullptr ? failure->why : "answered";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(https_clients)

BOOST_AUTO_TEST_CASE(addresses_inside_are_not_public) {
  for (const std::string text : {"127.0.0.1",
                                 "127.255.255.254",
                                 "10.1.2.3",
                                 "172.16.0.1",
                                 "172.31.255.255",
                                 "192.168.1.1",
                                 "169.254.169.254",
                                 "100.64.0.1",
                                 "0.0.0.0",
                                 "224.0.0.1",
                                 "255.255.255.255",
                                 "192.0.2.1",
                                 "198.18.0.1",
                                 "::",
                                 "::1",
                                 "fe80::1",
                                 "fc00::1",
                                 "fd12::1",
                                 "ff02::1",
                                 "2001:db8::1",
                                 "::ffff:127.0.0.1",
                                 "::ffff:10.0.0.1",
                                 "64:ff9b::7f00:1",
                                 "64:ff9b::a00:1",
                                 "2002:7f00:1::",
                                 "2002:a00:1::",
                                 "fec0::1",
                                 "100::1"})
    BOOST_TEST(!is_public_address(parse_address(text).value()), text);
}

BOOST_AUTO_TEST_CASE(addresses_outside_are_public) {
  for (const std::string text :
       {"8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4009::200e",
        "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"})
    BOOST_TEST(is_public_address(parse_address(text).value()), text);
}

BOOST_AUTO_TEST_CASE(a_private_address_is_not_connected_to_however_it_is_written) {
  for (const std::string url : {"https://127.0.0.1:9/", "https://localhost:9/", "https://[::1]:9/",
                                "https://2130706433:9/", "https://127.1:9/"})
    BOOST_TEST(why(url).find("its address is private") != std::string::npos, url << ": " << why(url));
  BOOST_TEST(why("https://127.0.0.1:9/", true).find("Connection refused") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failure_names_the_place) {
  BOOST_TEST(why("http://127.0.0.1:1/", true).find("127.0.0.1 port 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(plain_http_and_strange_addresses_are_not_called) {
  BOOST_TEST(why("http://93.184.216.34/") == "93.184.216.34 would be called without https");
  for (const std::string url : {"", "file:///etc/passwd", "https://", "https://a b/", "https://x@y.example/",
                                "gopher://x.example/", "https://x.example/#f", "https://X.example/"})
    BOOST_TEST(why(url) == "the address is none that may be called", url);
}

BOOST_AUTO_TEST_CASE(addresses_are_taken_apart_and_put_together) {
  BOOST_TEST(with_parameters("https://x.example/a?b=1", {{"c", "d e&"}}) ==
             "https://x.example/a?b=1&c=d%20e%26");
  const auto url = parse_url("https://[2001:db8::1]:8443?x=1").value();
  BOOST_TEST(url.host == "2001:db8::1");
  BOOST_TEST(url.port == "8443");
  BOOST_TEST(url.target == "/?x=1");
  BOOST_TEST(parse_url("https://x.example:443/a").value().authority == "x.example");
}

BOOST_AUTO_TEST_SUITE_END()
