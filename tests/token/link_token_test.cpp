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

struct Coded : Scene {
  CodeSubject subject{.purpose = LinkPurpose::reset_password,
                      .user = link.user,
                      .session = link.session,
                      .life = std::chrono::hours{1}};

  [[nodiscard]] std::string code() const {
    return std::string{make_link_code(subject, "state", ring, morning).reveal()};
  }
  [[nodiscard]] bool matches(std::string_view typed) {
    return link_code_matches(typed, subject, "state", ring, morning);
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

BOOST_FIXTURE_TEST_CASE(a_code_is_eight_letters_of_rfc_8628_as_documented, Coded) {
  const auto text = code();
  BOOST_TEST(text.size() == 9U);
  BOOST_TEST(text[4] == '-');
  const auto& key = ring.refresh_signing(morning);
  std::string bytes = "cardea-code-1";
  bytes.push_back(2);
  bytes += "a user, 16 bytes0123456789abcdef";
  for (const auto number : {std::uint64_t{1}, static_cast<std::uint64_t>(unix_seconds(morning) / 900)})
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>((number >> shift) & 0xFF));
  const auto digest = hmac_sha256(key.bytes.reveal(), bytes + "state");
  std::uint64_t number = 0;
  for (const unsigned char byte : view_of(digest).substr(0, 8)) number = (number << 8) | byte;
  std::string expected;
  for (int i = 0; i < 8; ++i, number /= 20) expected.push_back("BCDFGHJKLMNPQRSTVWXZ"[number % 20]);
  BOOST_TEST(text == expected.substr(0, 4) + "-" + expected.substr(4));
}

BOOST_FIXTURE_TEST_CASE(a_code_is_bound_to_all_that_it_is_about, Coded) {
  const auto text = code();
  BOOST_TEST(matches(text));
  BOOST_TEST(!link_code_matches(text, subject, "another state", ring, morning));
  auto other = subject;
  other.purpose = LinkPurpose::verify_address;
  BOOST_TEST(!link_code_matches(text, other, "state", ring, morning));
  other = subject;
  other.user = UserId::of_bytes("A user, 16 bytes");
  BOOST_TEST(!link_code_matches(text, other, "state", ring, morning));
  other = subject;
  other.session = SessionId{};
  BOOST_TEST(!link_code_matches(text, other, "state", ring, morning));
  other = subject;
  other.life = std::chrono::hours{2};
  BOOST_TEST(!link_code_matches(text, other, "state", ring, morning));
}

BOOST_FIXTURE_TEST_CASE(a_code_lives_its_life_and_at_most_a_quarter_more, Coded) {
  for (int minute = 0; minute < 15; ++minute) {
    const auto made = morning + std::chrono::minutes{minute};
    const std::string text(make_link_code(subject, "state", ring, made).reveal());
    BOOST_TEST(link_code_matches(text, subject, "state", ring, made + std::chrono::minutes{59}));
    BOOST_TEST(!link_code_matches(text, subject, "state", ring, made + std::chrono::minutes{75}));
    BOOST_TEST(!link_code_matches(text, subject, "state", ring, made - std::chrono::minutes{15}));
  }
}

BOOST_FIXTURE_TEST_CASE(a_code_may_be_typed_in_several_ways, Coded) {
  const auto text = code();
  auto plain = text;
  plain.erase(4, 1);
  BOOST_TEST(matches(plain));
  BOOST_TEST(matches("  " + text + " "));
  auto small = plain;
  for (auto& letter : small) letter = static_cast<char>(letter - 'A' + 'a');
  BOOST_TEST(matches(small));
  for (const auto& wrong : {std::string{}, std::string("-"), plain.substr(1), plain + "B",
                            std::string(1000, 'B'), std::string("AAAA-AAAA"), text + std::string(40, ' ')})
    BOOST_TEST(!matches(wrong), wrong.size());
}

BOOST_FIXTURE_TEST_CASE(a_code_of_a_key_that_was_replaced_is_still_valid, Coded) {
  const auto text = code();
  room.add_refresh(morning + std::chrono::minutes{1});
  BOOST_TEST(link_code_matches(text, subject, "state", ring, morning + std::chrono::minutes{2}));
  BOOST_TEST(std::string(
                 make_link_code(subject, "state", ring, morning + std::chrono::minutes{2}).reveal()) != text);
}

BOOST_AUTO_TEST_SUITE_END()
