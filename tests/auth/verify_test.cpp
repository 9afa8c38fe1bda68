// Verifying access tokens: without the database, or with a look at the row.
#include "auth/session/verify.h"

#include <boost/test/unit_test.hpp>

#include "auth/signed_in.h"
#include "base/encoding.h"
#include "base/json.h"
#include "support/key_room.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};

std::string offline(House& house, const PresentedTokens& tokens) {
  return outcome(verify(tokens, house.caller(), house.deps()));
}

std::string live(House& house, const PresentedTokens& tokens) {
  return outcome(verify_live(tokens, house.caller(), house.deps()));
}

struct Fresh : House {
  User ada = add_user("ada@example.com");
  Grant grant = start(ada);
  PresentedTokens tokens = by_cookie(grant);
};

// A token whose signature, and only that, is spoiled.
std::string spoiled(std::string token) {
  const auto at = token.rfind('.') + 1;
  token[at] = token[at] == 'A' ? 'B' : 'A';
  return token;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verifying)

BOOST_AUTO_TEST_CASE(a_good_token_says_who_asks_and_touches_no_database) {
  Fresh house;
  const int calls = house.store.calls();
  house.store.set_unavailable(true);
  const auto answer = verify(house.tokens, house.caller(), house.deps());
  BOOST_TEST_REQUIRE(outcome(answer) == "accepted");
  const auto& claims = std::get<AccessClaims>(answer);
  BOOST_TEST((claims.user == house.ada.id));
  BOOST_TEST((claims.session == house.grant.session.id));
  BOOST_TEST(claims.device == "phone");
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(it_is_good_until_its_expiry_and_the_allowed_skew) {
  Fresh house;
  house.now = house.grant.access_expires + house.settings.tokens.clock_skew - milliseconds{1};
  BOOST_TEST(offline(house, house.tokens) == "accepted");
  house.now += milliseconds{1};
  BOOST_TEST(offline(house, house.tokens) == "expired");
}

BOOST_AUTO_TEST_CASE(each_fault_has_a_name) {
  Fresh house;
  const auto good = house.tokens.access[0].text;
  const auto with = [](const std::string& text) {
    return PresentedTokens{.access = {{TokenPlace::cookie, text}}, .refresh = {}};
  };
  BOOST_TEST(offline(house, {}) == "missing");
  BOOST_TEST(offline(house, {.access = {}, .refresh = {}, .header_refused = true}) == "wrong_transport");
  BOOST_TEST(offline(house, with("x.y.z")) == "malformed");
  BOOST_TEST(offline(house, with(good + " ")) == "malformed");
  BOOST_TEST(offline(house, with(std::string(house.grant.refresh_token.reveal()))) == "malformed");
  BOOST_TEST(offline(house, with(spoiled(good))) == "bad_signature");

  house.settings.tokens.issuer = "https://example.org";
  BOOST_TEST(offline(house, house.tokens) == "wrong_issuer");
  house.settings.tokens.issuer = house.settings.site.url;
  house.settings.tokens.audience = "shop";
  BOOST_TEST(offline(house, house.tokens) == "wrong_issuer");
  house.settings.tokens.audience = "";
  house.now -= house.settings.tokens.clock_skew + seconds{1};
  BOOST_TEST(offline(house, house.tokens) == "clock_skew");

  House other;
  BOOST_TEST(offline(other, house.tokens) == "unknown_key");
}

BOOST_AUTO_TEST_CASE(of_several_tokens_the_first_good_one_counts) {
  Fresh house;
  const auto bob = house.start(house.add_user("bob@example.com"));
  PresentedTokens tokens = house.tokens;
  tokens.access.insert(tokens.access.begin(), {TokenPlace::cookie, "garbage"});
  tokens.access.push_back({TokenPlace::header, std::string(bob.access_token.reveal())});
  const auto answer = verify(tokens, house.caller(), house.deps());
  BOOST_TEST_REQUIRE(outcome(answer) == "accepted");
  BOOST_TEST((std::get<AccessClaims>(answer).user == house.ada.id));
}

BOOST_AUTO_TEST_CASE(if_none_is_good_the_first_one_s_fault_is_told) {
  Fresh house;
  house.now += hour;
  PresentedTokens tokens = house.tokens;
  tokens.access.push_back({TokenPlace::header, "garbage"});
  tokens.header_refused = true;
  BOOST_TEST(offline(house, tokens) == "expired");
}

BOOST_AUTO_TEST_CASE(live_the_session_must_stand) {
  Fresh house;
  BOOST_TEST(live(house, house.tokens) == "accepted");
  const auto tablet = house.start(house.ada, "tablet");
  BOOST_TEST(house.store.revoke(
      {.session = house.grant.session.id, .reason = RevokeReason::signed_out, .at = house.now}));
  BOOST_TEST(live(house, house.tokens) == "revoked");
  BOOST_TEST(offline(house, house.tokens) == "accepted");

  BOOST_TEST(live(house, by_cookie(tablet)) == "accepted");
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  BOOST_TEST(live(house, by_cookie(tablet)) == "revoked");
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST(live(house, by_cookie(tablet)) == "disabled");
  BOOST_TEST(house.store.delete_user(house.ada.id, house.now));
  BOOST_TEST(live(house, by_cookie(tablet)) == "revoked");
}

BOOST_AUTO_TEST_CASE(live_the_session_must_not_have_expired) {
  Fresh house;
  house.settings.tokens.access_ttl = house.settings.tokens.refresh_ttl + hour;
  const auto grant = house.start(house.ada, "tablet");
  house.now = grant.refresh_expires;
  BOOST_TEST(offline(house, by_cookie(grant)) == "accepted");
  BOOST_TEST(live(house, by_cookie(grant)) == "expired");
}

BOOST_AUTO_TEST_CASE(live_the_token_and_the_row_must_name_the_same_user) {
  Fresh house;
  const AccessClaims claims{.user = UserId::make(house.now, house.entropy),
                            .session = house.grant.session.id,
                            .device = "phone",
                            .scope = "",
                            .issued_at = house.now,
                            .expires_at = house.now + hour,
                            .token_id = "x"};
  auto tokens = house.tokens;
  tokens.access[0].text =
      issue_access_token(claims, token_policy(house.settings), house.deps().keys, house.now);
  BOOST_TEST(offline(house, tokens) == "accepted");
  BOOST_TEST(live(house, tokens) == "revoked");
}

BOOST_AUTO_TEST_CASE(live_without_a_database_nobody_is_let_in) {
  Fresh house;
  house.store.set_unavailable(true);
  BOOST_CHECK_THROW((void)live(house, house.tokens), StoreUnavailable);
}

BOOST_AUTO_TEST_CASE(a_token_that_another_server_asks_about_is_looked_up_only_if_it_is_ours) {
  Fresh house;
  const auto deps = house.deps();
  const std::string refresh_token(house.grant.refresh_token.reveal());
  const auto live = look_at_token(refresh_token, house.caller(), deps);
  BOOST_TEST_REQUIRE(live.has_value());
  BOOST_TEST((live->state.session.id == house.grant.session.id));
  BOOST_TEST(!live->claims.has_value());
  BOOST_TEST((live->expires_at == house.grant.refresh_expires));
  auto changed = refresh_token;
  changed[20] = changed[20] == 'A' ? 'B' : 'A';
  const int calls = house.store.calls();
  for (const auto& text : {std::string(), std::string("garbage"), changed, refresh_token + "A"})
    BOOST_TEST(!look_at_token(text, house.caller(), deps).has_value(), text);
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(a_scope_is_covered_word_by_word) {
  struct Row {
    const char* granted;
    const char* wanted;
    bool covered;
  };
  constexpr Row rows[] = {
      {"", "", true},
      {"read", "", true},
      {"read", "read", true},
      {"read write", "write", true},
      {"read write", "write read", true},
      {"read", "read write", false},
      {"", "read", false},
      {"reader", "read", false},
      {"read", "reader", false},
      {"Read", "read", false},
      {"  read  ", " read ", true},
      {"read", "   ", true},
  };
  for (const auto& row : rows)
    BOOST_TEST_CONTEXT("granted '" << row.granted << "' wanted '" << row.wanted << "'")
  BOOST_TEST(scope_covers(row.granted, row.wanted) == row.covered);
}

BOOST_AUTO_TEST_CASE(an_access_token_holds_nothing_personal) {
  Fresh house;
  const auto text = house.tokens.access[0].text;
  const auto first = text.find('.');
  const auto payload = base64url_decode(text.substr(first + 1, text.rfind('.') - first - 1)).value();
  const auto body = parse_json(payload).value();
  std::vector<std::string> names;
  for (const auto& [name, value] : body.items()) names.push_back(name);
  BOOST_TEST(names == (std::vector<std::string>{"amr", "auth_time", "did", "email_verified", "exp", "iat",
                                                "iss", "jti", "sid", "sub"}),
             boost::test_tools::per_element());
  for (const auto* personal : {"ada", "Ada", "@", "192.0.2", "Test/1.0"})
    BOOST_TEST(payload.find(personal) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_live_check_does_not_believe_a_node_that_lags_behind_a_sign_out) {
  Fresh house;
  house.store.answer_stale(house.state_of(house.grant.session.id));
  BOOST_TEST(house.store.revoke(
      {.session = house.grant.session.id, .reason = RevokeReason::signed_out, .at = house.now}));
  BOOST_TEST(live(house, house.tokens) == "revoked");
}

BOOST_AUTO_TEST_CASE(a_live_check_finds_a_session_that_this_node_has_not_heard_of_yet) {
  Fresh house;
  house.store.answer_stale(std::nullopt);
  BOOST_TEST(live(house, house.tokens) == "accepted");
}

BOOST_AUTO_TEST_SUITE_END()
