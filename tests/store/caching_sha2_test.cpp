#include "store/mysql/caching_sha2.h"

#include <boost/test/unit_test.hpp>
#include <deque>
#include <ostream>
#include <vector>

#include "base/digest.h"

using namespace cardea;

namespace cardea {
std::ostream& operator<<(std::ostream& out, Sha2Outcome outcome) {
  return out << static_cast<int>(outcome);
}
}  // namespace cardea

namespace {

const std::string scramble = "01234567890123456789";
const std::string greeting = scramble + std::string(1, '\0');
const std::string known_already = "\x03";
const std::string tell_me = "\x04";

// openssl genrsa 2048 | openssl rsa -pubout; nobody has the other half.
const std::string public_key = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuDwraO4SCx9Frf8zBPG5
E9o4I2Zdg1011dm4WQi/VDQ6gHj0/7OZ+FqaA4XLIQS5JlWxiDY22jWaJ38Ep2fR
4bIKBfnWfac9hRXGlva1SAFhvnrMMlriKLZyIZJa3JEFzY0nNAmeoO/Ig4jTl5be
7ARTVIdIumXykAlj/wg3v92WCRyZIocRCjfNWc8xhYeErEAT4nlefs9xqmqq16Kg
xsghE2uNZQIFY2HKMPXGH1AhChMYvyxTfWgiv/qq18WBb1tcjH1h6qn1ubCcHp9P
AGHSCawP7HCsilIGfPmL3oPllacR1oD4cfJlWguYv038N7+gWTeFSEvMhW5f+gTJ
7QIDAQAB
-----END PUBLIC KEY-----
)";

// A server that says what it is told to, and the connection with it, which fails after that.
class Server final : public PacketChannel {
 public:
  explicit Server(std::deque<std::string> says) : says_(std::move(says)) {}

  std::optional<std::string> read() override {
    if (says_.empty()) return std::nullopt;
    std::string packet = std::move(says_.front());
    says_.pop_front();
    return packet;
  }
  bool write(std::string_view packet) override {
    heard.emplace_back(packet);
    return heard.size() <= listens_to;
  }

  WirePrivacy privacy() override {
    BOOST_TEST(!heard.empty(), "encryption begins with the first packet");
    return wire;
  }

  WirePrivacy wire = WirePrivacy::open;
  std::vector<std::string> heard;
  std::size_t listens_to = 100;

 private:
  std::deque<std::string> says_;
};

Sha2Outcome sign_in(Server& server, WirePrivacy wire, std::string_view password = "secret") {
  server.wire = wire;
  return sign_in_by_sha2(server, password);
}

bool was_told(const Server& server, std::string_view password) {
  for (const auto& packet : server.heard)
    if (packet.find(password) != std::string::npos) return true;
  return false;
}

constexpr WirePrivacy every_wire[] = {WirePrivacy::sealed, WirePrivacy::this_machine, WirePrivacy::open};

}  // namespace

BOOST_AUTO_TEST_SUITE(caching_sha2)

// What the server does with it: SHA-256 of (proof XOR SHA-256(stored | scramble)) must be what it stored.
BOOST_AUTO_TEST_CASE(the_server_can_check_the_proof_with_what_it_keeps) {
  const std::string stored(view_of(sha256(view_of(sha256("secret")))));
  Digest once = sha2_proof("secret", scramble);
  const Digest mask = sha256(stored + scramble);
  for (std::size_t i = 0; i < once.size(); ++i) once[i] ^= mask[i];
  BOOST_TEST(view_of(sha256(view_of(once))) == stored);
}

BOOST_AUTO_TEST_CASE(the_proof_depends_on_the_password_and_on_the_scramble) {
  BOOST_TEST(view_of(sha2_proof("secret", scramble)) != view_of(sha2_proof("Secret", scramble)));
  BOOST_TEST(view_of(sha2_proof("secret", scramble)) !=
             view_of(sha2_proof("secret", "91234567890123456789")));
}

BOOST_AUTO_TEST_CASE(a_server_that_knows_the_account_is_told_nothing) {
  for (const WirePrivacy wire : every_wire) {
    Server server({greeting, known_already});
    BOOST_TEST(sign_in(server, wire) == Sha2Outcome::sent);
    BOOST_REQUIRE_EQUAL(server.heard.size(), 1U);
    BOOST_TEST(server.heard[0] == view_of(sha2_proof("secret", scramble)));
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_is_told_the_password_where_nobody_listens) {
  Server server({greeting, tell_me});
  BOOST_TEST(sign_in(server, WirePrivacy::sealed) == Sha2Outcome::sent);
  BOOST_REQUIRE_EQUAL(server.heard.size(), 2U);
  BOOST_TEST(server.heard[1] == std::string("secret\0", 7));
}

BOOST_AUTO_TEST_CASE(on_this_machine_it_is_told_it_encrypted) {
  Server server({greeting, tell_me, public_key});
  BOOST_TEST(sign_in(server, WirePrivacy::this_machine) == Sha2Outcome::sent);
  BOOST_REQUIRE_EQUAL(server.heard.size(), 3U);
  BOOST_TEST(server.heard[1] == "\x02");
  BOOST_TEST(server.heard[2].size() == 256U);
  BOOST_TEST(!was_told(server, "secret"));
}

BOOST_AUTO_TEST_CASE(on_an_open_wire_it_is_never_told_it) {
  Server server({greeting, tell_me, public_key});
  BOOST_TEST(sign_in(server, WirePrivacy::open) == Sha2Outcome::needs_tls);
  BOOST_TEST(server.heard.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_account_without_a_password_says_so) {
  Server server({greeting});
  BOOST_TEST(sign_in(server, WirePrivacy::open, "") == Sha2Outcome::sent);
  BOOST_REQUIRE_EQUAL(server.heard.size(), 1U);
  BOOST_TEST(server.heard[0] == std::string(1, '\0'));
}

BOOST_AUTO_TEST_CASE(whatever_else_a_server_says_it_learns_nothing) {
  const std::vector<std::deque<std::string>> conversations{
      {""},
      {scramble},
      {greeting + "x"},
      {greeting, ""},
      {greeting, "\x05"},
      {greeting, "\x04\x04"},
      {greeting, tell_me, ""},
      {greeting, tell_me, "no key"},
      {greeting, tell_me, std::string(100'000, '-')},
  };
  for (const auto& says : conversations) {
    Server server(says);
    BOOST_TEST(sign_in(server, WirePrivacy::this_machine) == Sha2Outcome::not_understood);
    BOOST_TEST(!was_told(server, "secret"));
  }
}

BOOST_AUTO_TEST_CASE(a_connection_may_fail_at_any_point) {
  const std::deque<std::string> whole{greeting, tell_me, public_key};
  for (std::size_t said = 0; said < whole.size(); ++said) {
    Server server({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(said)});
    BOOST_TEST(sign_in(server, WirePrivacy::this_machine) == Sha2Outcome::connection_lost);
  }
  for (std::size_t heard = 0; heard < 3; ++heard) {
    Server server(whole);
    server.listens_to = heard;
    BOOST_TEST(sign_in(server, WirePrivacy::this_machine) == Sha2Outcome::connection_lost);
  }
}

BOOST_AUTO_TEST_SUITE_END()
