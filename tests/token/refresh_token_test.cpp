#include "token/refresh_token.h"

#include <boost/test/unit_test.hpp>

#include "base/digest.h"
#include "base/encoding.h"
#include "support/key_room.h"

using namespace cardea;

namespace {

struct Scene {
  KeyRoom room;
  KeyRing ring = ring_with_refresh_key(room);
  SessionId session = SessionId::of_bytes("0123456789abcdef");
  Nonce nonce = array_of<16>("sixteen bytes ok");

  [[nodiscard]] std::string token(Generation generation) const {
    return std::string{
        derive_refresh_token(session, generation, nonce, ring.refresh_signing(morning)).reveal()};
  }
  [[nodiscard]] bool is_accepted(const std::string& text) {
    const auto ticket = open_refresh_token(text, ring, morning);
    return ticket && ticket_matches_nonce(*ticket, nonce);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(refresh_token)

BOOST_FIXTURE_TEST_CASE(a_token_tells_its_session_and_generation, Scene) {
  for (const Generation generation : {0U, 1U, 255U, 256U, 0x01020304U, 0xFFFFFFFFU}) {
    const auto text = token(generation);
    BOOST_TEST(text.size() == refresh_token_size);
    const auto ticket = open_refresh_token(text, ring, morning);
    BOOST_TEST_REQUIRE(ticket.has_value());
    BOOST_TEST((ticket->session == session));
    BOOST_TEST(ticket->generation == generation);
    BOOST_TEST(ticket_matches_nonce(*ticket, nonce));
  }
}

BOOST_FIXTURE_TEST_CASE(the_same_token_comes_out_each_time_and_each_generation_has_another, Scene) {
  BOOST_TEST(token(7) == token(7));
  BOOST_TEST(token(7) != token(8));
}

// Written out by the layout in the header, not by the functions under test.
BOOST_FIXTURE_TEST_CASE(the_layout_is_as_documented, Scene) {
  const auto& key = ring.refresh_signing(morning);
  const std::string head =
      std::string{"\x01\x01", 2} + "0123456789abcdef" + std::string{"\x00\x00\x01\x02", 4};
  const auto key_mac = hmac_sha256(key.bytes.reveal(), "cardea-refresh-1" + head);
  const auto row_mac = hmac_sha256("sixteen bytes ok", "cardea-refresh-2" + head);
  const auto expected =
      head + std::string{view_of(key_mac).substr(0, 16)} + std::string{view_of(row_mac).substr(0, 16)};
  BOOST_TEST(token(258) == base64url_encode(expected));
}

// H40
BOOST_FIXTURE_TEST_CASE(each_of_the_432_bits_counts, Scene) {
  const auto bytes = base64url_decode(token(3)).value();
  BOOST_TEST_REQUIRE(bytes.size() * 8 == 432U);
  BOOST_TEST(is_accepted(token(3)));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    BOOST_TEST_CONTEXT("bit " << bit) BOOST_TEST(!is_accepted(base64url_encode(flipped)));
  }
}

BOOST_FIXTURE_TEST_CASE(garbage_is_dropped_by_the_key_mac_alone, Scene) {
  const auto bytes = base64url_decode(token(3)).value();
  for (std::size_t at = 0; at < 38; ++at) {
    auto spoiled = bytes;
    spoiled[at] = static_cast<char>(spoiled[at] ^ 0x10);
    BOOST_TEST(!open_refresh_token(base64url_encode(spoiled), ring, morning).has_value());
  }
  auto other_row_mac = bytes;
  other_row_mac[38] = static_cast<char>(other_row_mac[38] ^ 0x10);
  const auto ticket = open_refresh_token(base64url_encode(other_row_mac), ring, morning);
  BOOST_TEST_REQUIRE(ticket.has_value());
  BOOST_TEST(!ticket_matches_nonce(*ticket, nonce));
}

BOOST_FIXTURE_TEST_CASE(a_token_of_another_version_is_none_though_its_macs_are_right, Scene) {
  const auto token_of_version = [&](char version) {
    const std::string head =
        std::string{version, '\1'} + std::string{session.bytes()} + std::string{"\x00\x00\x00\x07", 4};
    const auto key_mac = hmac_sha256(ring.refresh_signing(morning).bytes.reveal(), "cardea-refresh-1" + head);
    const auto row_mac = hmac_sha256(view_of(nonce), "cardea-refresh-2" + head);
    return base64url_encode(head + std::string{view_of(key_mac).substr(0, 16)} +
                            std::string{view_of(row_mac).substr(0, 16)});
  };
  BOOST_TEST(is_accepted(token_of_version(1)));
  for (const int version : {0, 2, 3, 255})
    BOOST_TEST(!is_accepted(token_of_version(static_cast<char>(version))));
}

BOOST_FIXTURE_TEST_CASE(form_and_alphabet_are_exact, Scene) {
  const auto good = token(3);
  const std::string texts[] = {
      "",
      good.substr(0, 71),
      good.substr(1),
      good + 'A',
      good + '=',
      ' ' + good,
      good + '\n',
      good.substr(0, 71) + '=',
      good.substr(0, 71) + '+',
      good.substr(0, 71) + '/',
      good.substr(0, 71) + ' ',
      good.substr(0, 71) + '\0',
      good.substr(0, 71) + '.',
      good + good,
      std::string(72, 'A'),
      std::string(72, '-'),
      std::string(1U << 20U, 'A'),
      std::string(72, '\xFF'),
  };
  for (const auto& text : texts)
    BOOST_TEST_CONTEXT(text.substr(0, 100)) BOOST_TEST(!open_refresh_token(text, ring, morning).has_value());
}

BOOST_FIXTURE_TEST_CASE(neither_half_of_the_secrets_is_enough, Scene) {
  SystemEntropy entropy;
  const auto right = ring.refresh_signing(morning);
  const RefreshKey guessed{right.number, right.from, Secret{std::string(32, 'k')}};
  const auto without_directory = derive_refresh_token(session, 3, nonce, guessed);
  BOOST_TEST(!is_accepted(std::string{without_directory.reveal()}));
  const auto without_database = derive_refresh_token(session, 3, random_array<16>(entropy), right);
  BOOST_TEST(!is_accepted(std::string{without_database.reveal()}));
}

BOOST_FIXTURE_TEST_CASE(a_token_of_a_former_key_is_good_while_the_key_is_kept, Scene) {
  const auto former = token(3);
  const auto later = morning + std::chrono::hours{24};
  room.add_refresh(later);
  ring.refresh(later + seconds{5});
  BOOST_TEST(int{ring.refresh_signing(later).number} == 2);
  BOOST_TEST(is_accepted(former));
  BOOST_TEST(token(3) == former);  // the row moved at morning: the same token again
  BOOST_TEST(remove_spent_keys(room.path(), Algorithm::es256, seconds{60}, later + seconds{61}).size() == 1U);
  ring.refresh(later + seconds{61});
  BOOST_TEST(!is_accepted(former));
}

BOOST_FIXTURE_TEST_CASE(a_key_made_by_another_process_is_found_when_its_first_token_comes, Scene) {
  room.add_refresh(morning + seconds{1});
  const auto elsewhere = room.ring(morning + seconds{1});
  const auto text = derive_refresh_token(session, 9, nonce, elsewhere.refresh_signing(morning + seconds{1}));
  BOOST_TEST(is_accepted(std::string{text.reveal()}));
}

BOOST_FIXTURE_TEST_CASE(an_access_token_is_no_refresh_token, Scene) {
  room.add(Algorithm::es256, morning);
  const auto access = issue_access_token(some_claims(morning), our_policy(), ring, morning + seconds{2});
  BOOST_TEST(!is_accepted(access));
  BOOST_TEST(!is_accepted(access.substr(0, 72)));
}

BOOST_AUTO_TEST_SUITE_END()
