// Legacy tokens: access tokens verify, and each token is exchanged once.
#include "auth/session/legacy.h"
#include "auth/session/refresh.h"

#include <boost/test/unit_test.hpp>

#include "auth/session/refresh.h"
#include "auth/session/verify.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "support/house.h"
#include "support/resets.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::string_view old_secret = "the secret that the former system signed with";
constexpr std::string_view old_refresh = "6f1c7c5e-0d4c-4b1b-a0f2-2f6f6c0d5a11";

std::string old_access_token(Instant expires, std::string_view subject = "42") {
  const auto head = base64url_encode(R"({"alg":"HS256","typ":"JWT"})");
  const auto body = base64url_encode(json_text({{"sub", subject}, {"exp", unix_seconds(expires)}}));
  const auto text = head + "." + body;
  return text + "." + base64url_encode(view_of(hmac_sha256(old_secret, text)));
}

struct MovedIn : House {
  MovedIn() : ada(add_user("ada@example.com")) {
    settings.transport.mode = TransportMode::both;
    (void)create_legacy_key(key_directory(),
                            {.name = {},
                             .until = now + std::chrono::days{7},
                             .subject_claim = "sub",
                             .bytes = Secret::copy_of(old_secret)},
                            now);
    BOOST_TEST(store.add_identity({"legacy", "42", ada.id, now}));
    BOOST_TEST(store.add_legacy_token({.digest = sha256(old_refresh),
                                       .user = ada.id,
                                       .expires_at = now + std::chrono::days{30},
                                       .session = {},
                                       .exchanged_at = never}));
    thread.emplace(*this);  // a ring that has read the key
  }

  std::variant<Grant, RefreshRefusal> exchange(PresentedTokens tokens,
                                               std::optional<std::string> key = std::nullopt) {
    return refresh({.tokens = std::move(tokens), .idempotency_key = std::move(key)}, caller(),
                   thread->deps());
  }
  std::variant<Grant, RefreshRefusal> exchange_refresh(std::optional<std::string> key = std::nullopt) {
    return exchange({.access = {}, .refresh = {{TokenPlace::body, std::string(old_refresh)}}},
                    std::move(key));
  }
  std::variant<AccessClaims, TokenFault> ask_who(const std::string& token) {
    return verify({.access = {{TokenPlace::header, token}}, .refresh = {}}, caller(), thread->deps());
  }

  User ada;
  std::optional<Thread> thread;
};

std::string text_of(const std::variant<Grant, RefreshRefusal>& outcome) {
  const auto* grant = std::get_if<Grant>(&outcome);
  return grant ? std::string(grant->refresh_token.reveal())
               : "refused " + std::to_string(static_cast<int>(std::get<RefreshRefusal>(outcome)));
}

bool is(const std::variant<Grant, RefreshRefusal>& outcome, RefreshRefusal why) {
  const auto* refusal = std::get_if<RefreshRefusal>(&outcome);
  return refusal && *refusal == why;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(legacy)

BOOST_AUTO_TEST_CASE(an_old_access_token_names_our_user_and_asks_the_database_once) {
  MovedIn house;
  const auto token = old_access_token(house.now + seconds{600});
  const auto verified = house.ask_who(token);
  BOOST_REQUIRE(std::holds_alternative<AccessClaims>(verified));
  BOOST_TEST((std::get<AccessClaims>(verified).user == house.ada.id));
  BOOST_TEST(is_legacy(std::get<AccessClaims>(verified)));
  const int calls = house.store.calls();
  for (int i = 0; i < 5; ++i) BOOST_TEST(std::holds_alternative<AccessClaims>(house.ask_who(token)));
  BOOST_TEST(house.store.calls() == calls);
  house.now += seconds{661};
  BOOST_TEST(!std::holds_alternative<AccessClaims>(house.ask_who(token)));
}

BOOST_AUTO_TEST_CASE(an_old_access_token_of_a_stranger_or_past_the_key_s_end_is_none) {
  MovedIn house;
  BOOST_TEST(
      !std::holds_alternative<AccessClaims>(house.ask_who(old_access_token(house.now + seconds{9}, "43"))));
  const auto token = old_access_token(house.now + std::chrono::days{30});
  house.now += std::chrono::days{7};
  BOOST_TEST(!std::holds_alternative<AccessClaims>(house.ask_who(token)));
}

BOOST_AUTO_TEST_CASE(an_old_access_token_lets_its_user_in_live_as_long_as_he_is_not_disabled) {
  MovedIn house;
  const PresentedTokens tokens{.access = {{TokenPlace::header, old_access_token(house.now + seconds{600})}},
                               .refresh = {}};
  const auto live = verify_live(tokens, house.caller(), house.thread->deps());
  BOOST_REQUIRE(std::holds_alternative<SessionState>(live));
  const auto& state = std::get<SessionState>(live);
  BOOST_TEST((state.user.id == house.ada.id));
  BOOST_TEST((state.session.user == house.ada.id));
  BOOST_TEST(state.session.method == legacy_provider);
  BOOST_TEST((state.session.authenticated_at == never));
  BOOST_TEST(state.session.amr.empty());
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  const auto refused = verify_live(tokens, house.caller(), house.thread->deps());
  BOOST_TEST((std::get<TokenFault>(refused) == TokenFault::disabled));
}

BOOST_AUTO_TEST_CASE(old_tokens_end_with_all_sessions_of_their_user) {
  MovedIn house;
  const PresentedTokens old{.access = {{TokenPlace::header, old_access_token(house.now + seconds{600})}},
                            .refresh = {}};
  BOOST_TEST(house.store.reset_password(reset_of(house.ada, "$new$", house.now)).has_value());
  BOOST_TEST(is(house.exchange_refresh(), RefreshRefusal::revoked));
  BOOST_TEST(!std::holds_alternative<Grant>(house.exchange(old)));
  BOOST_TEST(!std::holds_alternative<AccessClaims>(house.ask_who(old.access.front().text)));
  BOOST_TEST(!std::holds_alternative<SessionState>(verify_live(old, house.caller(), house.thread->deps())));
}

BOOST_AUTO_TEST_CASE(an_old_refresh_token_becomes_a_session_that_rotates_on) {
  MovedIn house;
  const auto outcome = house.exchange_refresh();
  BOOST_REQUIRE(std::holds_alternative<Grant>(outcome));
  const auto& grant = std::get<Grant>(outcome);
  BOOST_TEST((grant.user.id == house.ada.id));
  BOOST_TEST((house.row_of(grant).transport == Transport::header));
  BOOST_TEST(house.events_of(EventKind::signed_in) == 1);
  house.now += seconds{60};
  BOOST_TEST(std::holds_alternative<Grant>(
      refresh({.tokens = by_body(grant), .idempotency_key = {}}, house.caller(), house.deps())));
}

BOOST_AUTO_TEST_CASE(an_old_access_token_is_exchanged_too) {
  MovedIn house;
  const PresentedTokens tokens{.access = {{TokenPlace::header, old_access_token(house.now + seconds{600})}},
                               .refresh = {}};
  const auto first = house.exchange(tokens);
  BOOST_REQUIRE(std::holds_alternative<Grant>(first));
  BOOST_TEST(text_of(house.exchange(tokens)) == text_of(first));
}

BOOST_AUTO_TEST_CASE(exchanges_at_once_and_repeated_ones_bring_the_same_successor) {
  MovedIn house;
  std::vector<std::string> answers(8);
  {
    Threads threads;
    for (auto& answer : answers)
      threads.start([&house, &answer] {
        House::Thread own(house);
        answer = text_of(
            refresh({.tokens = {.access = {}, .refresh = {{TokenPlace::body, std::string(old_refresh)}}},
                     .idempotency_key = {}},
                    house.caller(), own.deps()));
      });
  }
  for (const auto& answer : answers) BOOST_TEST(answer == answers.front());
  BOOST_TEST(answers.front().size() == refresh_token_size);
  BOOST_TEST(house.store.sessions_of(house.ada.id).size() == 1u);
  house.now += seconds{9};
  BOOST_TEST(text_of(house.exchange_refresh()) == answers.front());
  BOOST_TEST(house.events_of(EventKind::signed_in) == 1);
}

BOOST_AUTO_TEST_CASE(only_the_exchange_that_was_first_is_recorded) {
  MovedIn house;
  std::string winner;
  house.store.before_user_read([&] {
    House::Thread other(house);
    winner =
        text_of(refresh({.tokens = {.access = {}, .refresh = {{TokenPlace::body, std::string(old_refresh)}}},
                         .idempotency_key = {}},
                        house.caller(), other.deps()));
  });
  const auto loser = text_of(house.exchange_refresh());
  BOOST_TEST(winner.size() == refresh_token_size);
  BOOST_TEST(loser == winner);
  BOOST_TEST(house.events_of(EventKind::signed_in) == 1);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_given_again_for_a_day_to_the_same_request) {
  MovedIn house;
  const auto first = text_of(house.exchange_refresh("one request"));
  house.now += std::chrono::hours{20};
  BOOST_TEST(text_of(house.exchange_refresh("one request")) == first);
}

BOOST_AUTO_TEST_CASE(an_old_token_that_comes_back_later_ends_the_session_it_became) {
  MovedIn house;
  const auto grant = std::get<Grant>(house.exchange_refresh());
  house.now += seconds{11};
  BOOST_TEST(is(house.exchange_refresh(), RefreshRefusal::reused));
  BOOST_TEST((house.row_of(grant).revoke_reason == RevokeReason::reuse));
  BOOST_TEST(house.events_of(EventKind::token_reused) == 1);
}

BOOST_AUTO_TEST_CASE(an_exchange_that_was_interrupted_is_completed_by_the_next_try) {
  MovedIn house;
  house.store.claim_legacy_token(sha256(old_refresh), SessionId::make(house.now, house.entropy), house.now);
  house.now += std::chrono::hours{2};
  const auto outcome = house.exchange_refresh();
  BOOST_REQUIRE(std::holds_alternative<Grant>(outcome));
  BOOST_TEST(text_of(house.exchange_refresh()) == text_of(outcome));
}

BOOST_AUTO_TEST_CASE(a_session_that_was_removed_long_after_its_exchange_does_not_come_back) {
  MovedIn house;
  house.store.claim_legacy_token(sha256(old_refresh), SessionId::make(house.now, house.entropy), house.now);
  house.now += std::chrono::hours{25};
  BOOST_TEST(is(house.exchange_refresh(), RefreshRefusal::revoked));
  BOOST_TEST(house.store.sessions_of(house.ada.id).empty());
}

BOOST_AUTO_TEST_CASE(an_old_refresh_token_ends_with_its_time_and_with_its_user) {
  MovedIn house;
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST(is(house.exchange_refresh(), RefreshRefusal::disabled));
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::active, house.now));
  house.now += std::chrono::days{30};
  BOOST_TEST(is(house.exchange_refresh(), RefreshRefusal::expired));
}

BOOST_AUTO_TEST_CASE(what_is_nobody_s_token_is_malformed_as_ever_and_writes_nothing) {
  MovedIn house;
  const auto before = house.store.writes();
  BOOST_TEST(is(house.exchange({.access = {}, .refresh = {{TokenPlace::body, "nonsense"}}}),
                RefreshRefusal::malformed));
  BOOST_TEST(is(house.exchange({}), RefreshRefusal::missing));
  BOOST_TEST((house.store.writes() == before));
}

BOOST_AUTO_TEST_CASE(where_nothing_was_imported_a_stranger_s_token_asks_the_database_nothing) {
  House house;
  House::Thread thread(house);
  const auto present = [&](std::string refresh_token) {
    const PresentedTokens tokens{.access = {{TokenPlace::header, "an.access.token"}},
                                 .refresh = {{TokenPlace::body, std::move(refresh_token)}}};
    return refresh({.tokens = tokens, .idempotency_key = {}}, house.caller(), thread.deps());
  };
  BOOST_TEST(is(present("the first of this minute"), RefreshRefusal::malformed));
  const int calls = house.store.calls();
  for (int i = 0; i < 50; ++i)
    BOOST_TEST(is(present("nonsense " + std::to_string(i)), RefreshRefusal::malformed));
  BOOST_TEST(house.store.calls() == calls);
  house.now += seconds{60};
  for (int i = 0; i < 50; ++i) BOOST_TEST(is(present("nonsense"), RefreshRefusal::malformed));
  BOOST_TEST(house.store.calls() == calls + 1);
}

BOOST_AUTO_TEST_CASE(an_access_token_that_the_former_system_did_not_sign_asks_the_database_nothing) {
  MovedIn house;
  auto forged = old_access_token(house.now + seconds{600});
  forged[forged.size() - 5] = forged[forged.size() - 5] == 'A' ? 'B' : 'A';
  const int calls = house.store.calls();
  for (const std::string& token : {forged, std::string("nonsense"), std::string("an.access.token")})
    BOOST_TEST(is(house.exchange({.access = {{TokenPlace::header, token}}, .refresh = {}}),
                  RefreshRefusal::missing));
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(an_exchanged_access_token_is_known_when_it_and_its_key_have_ended) {
  MovedIn house;
  const PresentedTokens tokens{.access = {{TokenPlace::header, old_access_token(house.now + seconds{600})}},
                               .refresh = {}};
  const auto grant = std::get<Grant>(house.exchange(tokens));
  house.now += std::chrono::days{8};
  BOOST_TEST(is(house.exchange(tokens), RefreshRefusal::reused));
  BOOST_TEST((house.row_of(grant).revoke_reason == RevokeReason::reuse));
}

BOOST_AUTO_TEST_CASE(an_import_into_a_running_host_counts_within_a_minute) {
  MovedIn house;
  const auto present = [&] {
    return house.exchange({.access = {}, .refresh = {{TokenPlace::body, "another old token"}}});
  };
  (void)house.store.purge({.sessions_ended_before = house.now + std::chrono::days{99},
                           .events_before = {},
                           .throttles_before = {}});
  BOOST_TEST(is(present(), RefreshRefusal::malformed));
  BOOST_TEST(house.store.add_legacy_token({.digest = sha256("another old token"),
                                           .user = house.ada.id,
                                           .expires_at = house.now + std::chrono::days{30},
                                           .session = {},
                                           .exchanged_at = never}));
  house.now += seconds{60};
  BOOST_TEST(std::holds_alternative<Grant>(present()));
}

BOOST_AUTO_TEST_SUITE_END()
