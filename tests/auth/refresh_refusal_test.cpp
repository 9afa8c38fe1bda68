// What a refresh refuses, and that refusing changes nothing: a thief cannot sign a user out by it.
#include <boost/test/unit_test.hpp>

#include "auth/session/refresh.h"
#include "auth/signed_in.h"
#include "base/encoding.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr milliseconds tick{1};
constexpr std::chrono::hours hour{1};

PresentedToken token(TokenPlace transport, const Secret& secret) {
  return {transport, std::string(secret.reveal())};
}

// Refused with that word, and no row has changed.
void check_refused(SignedIn& house, const PresentedTokens& tokens, const char* expected) {
  const auto before = house.store.writes();
  BOOST_TEST(word(house.refresh(tokens)) == expected);
  BOOST_TEST((house.store.writes() == before));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refreshing_refusals)

BOOST_AUTO_TEST_CASE(each_flipped_bit_is_refused_without_a_write) {
  SignedIn house;
  const auto bytes = base64url_decode(house.first.refresh_token.reveal()).value();
  BOOST_TEST_REQUIRE(bytes.size() == 54U);
  const auto before = house.store.writes();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    auto tokens = by_cookie(house.first);
    tokens.refresh[0].text = base64url_encode(flipped);
    BOOST_TEST(word(house.refresh(tokens)) == "malformed");
  }
  BOOST_TEST((house.store.writes() == before));
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
}

BOOST_AUTO_TEST_CASE(garbage_in_the_shape_of_our_tokens_does_not_even_reach_the_database) {
  SignedIn house;
  const auto good = std::string(house.first.refresh_token.reveal());
  const auto flipped_t1 = [&] {
    auto bytes = base64url_decode(good).value();
    bytes[22] = static_cast<char>(bytes[22] ^ 1);
    return base64url_encode(bytes);
  }();
  const std::string rows[] = {"x",
                              good + "A",
                              good.substr(1),
                              " " + good.substr(1),
                              good + "=",
                              flipped_t1,
                              std::string(72, 'A'),
                              std::string(65536, 'A'),
                              std::string(house.first.access_token.reveal())};
  // Only what has another shape may be a token of a former system, which the database knows.
  for (const auto& text : rows) {
    const int calls = house.store.calls();
    auto tokens = by_cookie(house.first);
    tokens.refresh[0].text = text;
    BOOST_TEST(word(house.refresh(tokens)) == "malformed");
    if (text.size() == refresh_token_size) BOOST_TEST(house.store.calls() == calls);
  }
}

BOOST_AUTO_TEST_CASE(no_token_at_all_is_told_apart_from_one_by_a_closed_transport) {
  SignedIn house;
  check_refused(house, {}, "missing");
  check_refused(house, {.access = {}, .refresh = {}, .header_refused = true}, "wrong_transport");
}

BOOST_AUTO_TEST_CASE(a_refresh_cookie_alone_is_of_no_use) {
  SignedIn house;
  auto tokens = by_cookie(house.first);
  tokens.access.clear();
  check_refused(house, tokens, "companion_missing");
}

BOOST_AUTO_TEST_CASE(a_refresh_cookie_counts_beside_an_expired_access_token_of_its_session) {
  SignedIn house;
  house.now += std::chrono::hours{24 * 20};  // the access token is long over
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_refresh_cookie_beside_what_is_no_access_token_of_ours_is_refused) {
  SignedIn house;
  const auto good = std::string(house.first.access_token.reveal());
  const auto rewritten = good.substr(0, good.rfind('.') + 1) + std::string(86, 'A');
  for (const auto& text :
       {std::string("garbage"), rewritten, good + "x", std::string(house.first.refresh_token.reveal())}) {
    auto tokens = by_cookie(house.first);
    tokens.access[0].text = text;
    check_refused(house, tokens, "companion_invalid");
  }
}

BOOST_AUTO_TEST_CASE(a_refresh_cookie_beside_the_access_token_of_another_session_is_refused) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  const auto bob = house.start(house.add_user("bob@example.com"));
  for (const auto* other : {&tablet, &bob}) {
    auto tokens = by_cookie(house.first);
    tokens.access = by_cookie(*other).access;
    check_refused(house, tokens, "other_session");
  }
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_companion_that_names_another_user_of_the_same_session_is_refused) {
  SignedIn house;
  const AccessClaims claims{.user = UserId::make(house.now, house.entropy),
                            .session = house.first.session.id,
                            .device = "phone",
                            .scope = "",
                            .issued_at = house.now,
                            .expires_at = house.now + hour,
                            .token_id = "x"};
  auto tokens = by_cookie(house.first);
  auto deps = house.deps();
  tokens.access[0].text = issue_access_token(claims, token_policy(house.settings), deps.keys, house.now);
  check_refused(house, tokens, "other_session");
}

BOOST_AUTO_TEST_CASE(of_several_copies_the_pair_of_one_session_counts) {
  SignedIn house;
  const auto strangers = house.start(house.add_user("mallory@example.com"));
  auto tokens = by_cookie(strangers);  // a sibling subdomain planted its refresh cookie before ours
  tokens.access = by_cookie(house.first).access;
  tokens.refresh.insert(tokens.refresh.begin(), {TokenPlace::cookie, "garbage"});
  tokens.refresh.push_back(token(TokenPlace::cookie, house.first.refresh_token));
  const auto answer = house.refresh(tokens);
  BOOST_TEST_REQUIRE(word(answer) == "granted");
  BOOST_TEST((std::get<Grant>(answer).user.id == house.ada.id));
  BOOST_TEST(house.row_of(strangers).generation == 0U);
}

BOOST_AUTO_TEST_CASE(a_planted_refresh_cookie_does_not_make_the_owner_somebody_else) {
  SignedIn house;
  const auto strangers = house.start(house.add_user("mallory@example.com"));
  auto tokens = by_cookie(strangers);
  tokens.access = by_cookie(house.first).access;
  check_refused(house, tokens, "other_session");
}

BOOST_AUTO_TEST_CASE(a_refresh_token_in_a_body_needs_no_companion_unless_it_is_asked_for) {
  SignedIn house;
  const auto second = house.refresh(by_body(house.first));
  BOOST_TEST_REQUIRE(word(second) == "granted");
  house.settings.tokens.refresh_needs_access_token = true;
  house.now += hour;
  const auto& grant = std::get<Grant>(second);
  check_refused(house, by_body(grant), "companion_missing");
  auto tokens = by_body(grant);
  tokens.access = {token(TokenPlace::body, grant.access_token)};
  BOOST_TEST(word(house.refresh(tokens)) == "granted");
}

BOOST_AUTO_TEST_CASE(an_access_token_put_beside_a_refresh_token_in_a_body_must_fit_it) {
  SignedIn house;
  const auto bob = house.start(house.add_user("bob@example.com"));
  for (const auto transport : {TokenPlace::header, TokenPlace::body}) {
    auto tokens = by_body(house.first);
    tokens.access = {token(transport, bob.access_token)};
    check_refused(house, tokens, "other_session");
    tokens.access = {{transport, "garbage"}};
    check_refused(house, tokens, "companion_invalid");
  }
}

BOOST_AUTO_TEST_CASE(a_browsers_cookies_do_not_count_against_a_refresh_token_in_a_body) {
  SignedIn house;
  const auto bob = house.start(house.add_user("bob@example.com"));
  auto tokens = by_body(house.first);
  tokens.access = {token(TokenPlace::cookie, bob.access_token), {TokenPlace::cookie, "garbage"}};
  house.settings.tokens.refresh_needs_access_token = true;
  BOOST_TEST(word(house.refresh(tokens)) == "companion_missing");
  house.settings.tokens.refresh_needs_access_token = false;
  BOOST_TEST((std::get<Grant>(house.refresh(tokens)).user.id == house.ada.id));
}

BOOST_AUTO_TEST_CASE(a_session_is_over_at_its_idle_end_to_the_millisecond) {
  SignedIn house;
  house.now = house.first.refresh_expires;
  check_refused(house, by_cookie(house.first), "expired");
  house.now -= tick;
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_session_in_use_is_over_at_its_absolute_end) {
  SignedIn house;
  house.settings.tokens.session_max = std::chrono::hours{24 * 60};
  auto grant = house.start(house.ada, "tablet");
  const auto end = house.now + house.settings.tokens.session_max;
  for (int day = 20; day < 60; day += 20) {
    house.now = grant.session.created_at + std::chrono::hours{24 * day};
    grant = house.renew(grant);
  }
  BOOST_TEST((grant.refresh_expires == end));
  house.now = end - tick;
  const auto last = house.refresh(grant);
  BOOST_TEST_REQUIRE(word(last) == "granted");
  BOOST_TEST((std::get<Grant>(last).access_expires == end));
  house.now = end;
  check_refused(house, by_cookie(std::get<Grant>(last)), "expired");
}

BOOST_AUTO_TEST_CASE(without_an_absolute_end_a_session_in_use_lives_for_ever) {
  SignedIn house;
  house.settings.tokens.session_max = seconds{0};
  auto grant = house.start(house.ada, "tablet");
  for (int month = 0; month < 60; ++month) {
    house.now += std::chrono::hours{24 * 29};
    grant = house.renew(grant);
  }
  BOOST_TEST((grant.session.absolute_until == never));
}

BOOST_AUTO_TEST_CASE(ended_sessions_say_how_they_ended) {
  SignedIn house;
  const auto& tokens = by_cookie(house.first);
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  check_refused(house, tokens, "disabled");
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::active, house.now));
  check_refused(house, tokens, "revoked");  // enabling again revives nothing

  const auto tablet = house.start(house.ada, "tablet");
  BOOST_TEST(word(house.refresh(tablet)) == "granted");
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  check_refused(house, by_cookie(tablet), "revoked");
  BOOST_TEST(house.store.delete_user(house.ada.id, house.now));
  check_refused(house, tokens, "malformed");
}

BOOST_AUTO_TEST_CASE(a_spent_token_of_an_ended_session_is_not_recorded_as_theft) {
  SignedIn house;
  house.renew(house.first);
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  house.now += hour;
  check_refused(house, by_cookie(house.first), "revoked");
  BOOST_TEST(house.events_of(EventKind::token_reused) == 0);
}

BOOST_AUTO_TEST_CASE(a_spent_token_without_its_companion_signs_nobody_out) {
  SignedIn house;
  const auto second = house.renew(house.first);
  house.now += hour;
  auto tokens = by_cookie(house.first);
  tokens.access.clear();
  check_refused(house, tokens, "companion_missing");
  BOOST_TEST(word(house.refresh(second)) == "granted");
}

BOOST_AUTO_TEST_SUITE_END()
