#include "token/link_token.h"

#include <boost/test/unit_test.hpp>

#include "base/digest.h"
#include "base/encoding.h"
#include "support/key_room.h"
#include "token/refresh_token.h"

using namespace cardea;

namespace {

struct Scene {
  KeyRoom room;
  KeyRing ring = ring_with_refresh_key(room);
  Link link{.purpose = LinkPurpose::sign_out_device,
            .user = UserId::of_bytes("a user, 16 bytes"),
            .session = SessionId::of_bytes("0123456789abcdef"),
            .ends = morning + std::chrono::hours{1}};

  [[nodiscard]] std::string token(std::string_view state = "state") const {
    return std::string{make_link_token(link, state, ring, morning).reveal()};
  }
  [[nodiscard]] std::optional<LinkTicket> open(std::string_view text, Instant now = morning) {
    return open_link_token(text, LinkPurpose::sign_out_device, ring, now);
  }
  [[nodiscard]] bool is_valid(std::string_view text, std::string_view state = "state") {
    const auto ticket = open(text);
    return ticket && link_matches_state(*ticket, state, ring, morning);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(link_token)

BOOST_FIXTURE_TEST_CASE(a_link_names_user_session_and_end, Scene) {
  const auto text = token();
  BOOST_TEST(text.size() == link_token_size);
  const auto ticket = open(text);
  BOOST_TEST_REQUIRE(ticket.has_value());
  BOOST_TEST((ticket->link.user == link.user));
  BOOST_TEST((ticket->link.session == link.session));
  BOOST_TEST((ticket->link.ends == link.ends));
  BOOST_TEST(is_valid(text));
}

// Written out by the layout in the header, not by the functions under test.
BOOST_FIXTURE_TEST_CASE(the_layout_is_as_documented, Scene) {
  const auto& key = ring.refresh_signing(morning);
  std::string head{1, 1, 1};
  const auto ends = unix_seconds(link.ends);
  for (int shift = 56; shift >= 0; shift -= 8) head.push_back(static_cast<char>((ends >> shift) & 0xFF));
  head += "a user, 16 bytes0123456789abcdef";
  const auto first = hmac_sha256(key.bytes.reveal(), "cardea-link-1" + head);
  const auto second = hmac_sha256(key.bytes.reveal(), "cardea-link-2" + head + "state");
  BOOST_TEST(token() == base64url_encode(head + std::string(view_of(first).substr(0, 16)) +
                                         std::string(view_of(second).substr(0, 16))));
}

BOOST_FIXTURE_TEST_CASE(a_link_ends, Scene) {
  BOOST_TEST(open(token(), link.ends - milliseconds{1}).has_value());
  BOOST_TEST(!open(token(), link.ends).has_value());
  BOOST_TEST(!open(token(), link.ends + std::chrono::hours{24 * 365}).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_link_for_one_thing_does_no_other, Scene) {
  BOOST_TEST(!open_link_token(token(), LinkPurpose::reset_password, ring, morning).has_value());
  BOOST_TEST(!open_refresh_token(token(), ring, morning).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_link_is_spent_when_the_state_moves_on, Scene) {
  BOOST_TEST(!is_valid(token(), "another state"));
  BOOST_TEST(!is_valid(token(), ""));
  BOOST_TEST(is_valid(token(""), ""));
}

BOOST_FIXTURE_TEST_CASE(every_bit_counts, Scene) {
  const auto bytes = base64url_decode(token()).value();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto spoilt = bytes;
    spoilt[bit / 8] = static_cast<char>(spoilt[bit / 8] ^ (1 << (bit % 8)));
    BOOST_TEST(!is_valid(base64url_encode(spoilt)), "bit " << bit);
  }
}

BOOST_FIXTURE_TEST_CASE(what_is_no_link_is_none, Scene) {
  const auto text = token();
  for (const auto& wrong : {std::string{}, text.substr(1), text + "A", std::string(100, 'A'),
                            std::string(100, '\0'), std::string(100, '.'), std::string(100'000, 'A')})
    BOOST_TEST(!open(wrong).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_link_of_another_installation_is_none, Scene) {
  Scene other;
  BOOST_TEST(!is_valid(other.token()));
}

BOOST_FIXTURE_TEST_CASE(a_link_outlives_a_new_key, Scene) {
  const auto text = token();
  room.add_refresh(morning + seconds{2});
  ring.refresh(morning + seconds{5});
  BOOST_TEST(is_valid(text));
}

BOOST_AUTO_TEST_SUITE_END()
