// Starting a session: a new session for this device replaces its old one.
#include "auth/session/start.h"

#include <boost/test/unit_test.hpp>

#include "auth/session/context.h"
#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};

std::string fate(House& house, const Grant& grant) {
  return word(house.row_of(grant).revoke_reason);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(starting_a_session)

BOOST_AUTO_TEST_CASE(the_row_says_who_where_and_how_long) {
  House house;
  house.settings.tokens.session_max = 90 * 24 * hour;
  const auto ada = house.add_user("ada@example.com");
  Caller caller = house.caller();
  caller.user_agent = std::string(300, 'x');
  const auto grant = std::get<Grant>(
      start_session(ada, {.id = "phone", .name = "Ada's phone"}, "password", caller, house.deps()));
  const auto row = house.row_of(grant);
  BOOST_TEST((row.user == ada.id));
  BOOST_TEST(row.device_id == "phone");
  BOOST_TEST(row.device_name == "Ada's phone");
  BOOST_TEST(row.method == "password");
  BOOST_TEST(row.generation == 0U);
  BOOST_TEST((row.rotated_at == never));
  BOOST_TEST(row.ip == "192.0.2.7");
  BOOST_TEST(row.user_agent == std::string(255, 'x'));
  BOOST_TEST((row.created_at == house.now));
  BOOST_TEST((row.idle_until == house.now + house.settings.tokens.refresh_ttl));
  BOOST_TEST((row.absolute_until == house.now + 90 * 24 * hour));
  BOOST_TEST(view_of(row.nonce) != std::string(16, '\0'));
}

BOOST_AUTO_TEST_CASE(it_is_recorded_and_noted_with_the_user) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  const auto grant = house.start(ada);
  BOOST_TEST(house.events_of(EventKind::signed_in) == 1);
  const auto event = house.store.events({.user = ada.id, .since = never, .limit = 1}).at(0);
  BOOST_TEST((event.session == grant.session.id));
  BOOST_TEST(event.detail == "signed in by password");
  const auto noted = house.user_of(ada);
  BOOST_TEST(noted.last_method == "password");
  BOOST_TEST((noted.last_sign_in_at == house.now));
}

BOOST_AUTO_TEST_CASE(the_browsers_language_counts_only_until_a_client_has_said_one) {
  using Said = std::optional<Language>;
  struct Row {
    Said of_user, of_device, of_browser, noted;
  };
  constexpr Row rows[] = {
      {{}, {}, {}, {}},
      {{}, {}, Language::ja, Language::ja},
      {{}, Language::ko, Language::ja, Language::ko},
      {Language::en, {}, Language::ja, Language::en},
      {Language::en, Language::ko, Language::ja, Language::ko},
      {Language::en, Language::ko, {}, Language::ko},
  };
  for (const auto& row : rows) BOOST_TEST_CONTEXT("row " << &row - rows) {
      House house;
      const auto ada = house.add_user("ada@example.com");
      BOOST_TEST(house.store.set_profile(ada.id, {.name = "Ada", .language = row.of_user}));
      auto caller = house.caller();
      caller.language = row.of_browser;
      const auto grant = std::get<Grant>(start_session(house.user_of(ada),
                                                       {.id = "phone", .name = "", .language = row.of_device},
                                                       "password", caller, house.deps()));
      BOOST_TEST((house.user_of(ada).language == row.noted));
      BOOST_TEST((grant.user.language == row.noted));
    }
}

BOOST_AUTO_TEST_CASE(a_device_without_an_id_gets_one_that_nobody_guesses) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  const auto first = house.start(ada, "");
  const auto second = house.start(ada, "");
  BOOST_TEST(is_device_id(first.session.device_id));
  BOOST_TEST(first.session.device_id.size() == 22U);
  BOOST_TEST(first.session.device_id != second.session.device_id);
}

BOOST_AUTO_TEST_CASE(signing_in_again_on_a_device_replaces_its_session_and_no_other) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  const auto bob = house.start(house.add_user("bob@example.com"), "phone");  // the same id, another user
  const auto again = house.start(house.ada, "phone");
  BOOST_TEST(fate(house, house.first) == "replaced");
  BOOST_TEST(fate(house, tablet) == "none");
  BOOST_TEST(fate(house, bob) == "none");
  BOOST_TEST(fate(house, again) == "none");
  BOOST_TEST((again.session.id != house.first.session.id));
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
}

BOOST_AUTO_TEST_CASE(above_the_limit_the_least_recently_seen_devices_are_signed_out) {
  SignedIn house;
  house.settings.limits.devices_per_user = 3;
  const auto tablet = house.start(house.ada, "tablet");
  house.now += hour;
  const auto laptop = house.start(house.ada, "laptop");
  house.now += hour;
  const auto phone = house.renew(house.first);  // the oldest session, seen last
  house.now += hour;
  const auto watch = house.start(house.ada, "watch");
  BOOST_TEST(fate(house, tablet) == "evicted");
  BOOST_TEST(fate(house, laptop) == "none");
  BOOST_TEST(fate(house, phone) == "none");
  BOOST_TEST(fate(house, watch) == "none");
}

BOOST_AUTO_TEST_CASE(the_own_old_session_does_not_cost_another_device_its_place) {
  SignedIn house;
  house.settings.limits.devices_per_user = 2;
  const auto tablet = house.start(house.ada, "tablet");
  house.start(house.ada, "phone");
  BOOST_TEST(fate(house, tablet) == "none");
}

BOOST_AUTO_TEST_CASE(a_limit_that_was_lowered_takes_effect_at_the_next_sign_in) {
  SignedIn house;
  std::vector<Grant> grants;
  for (int i = 0; i < 5; ++i) {
    house.now += hour;
    grants.push_back(house.start(house.ada, "device-" + std::to_string(i)));
  }
  house.settings.limits.devices_per_user = 2;
  house.now += hour;
  house.start(house.ada, "new");
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(fate(house, grants[i]) == "evicted");
  BOOST_TEST(fate(house, grants[4]) == "none");
  BOOST_TEST(fate(house, house.first) == "evicted");
}

BOOST_AUTO_TEST_CASE(without_a_limit_nobody_is_evicted) {
  SignedIn house;
  for (int i = 0; i < 100; ++i) house.start(house.ada, "device-" + std::to_string(i));
  BOOST_TEST(house.store.writes().revocations == 0);
}

BOOST_AUTO_TEST_CASE(sessions_that_are_over_are_left_alone) {
  SignedIn house;
  house.settings.limits.devices_per_user = 1;
  house.now = house.first.refresh_expires;
  house.start(house.ada, "phone");
  BOOST_TEST(fate(house, house.first) == "none");
  BOOST_TEST(house.store.writes().revocations == 0);
}

BOOST_AUTO_TEST_CASE(device_ids_are_short_plain_words) {
  for (const auto* good : {"a", "phone-1", "A.B_c-9"}) BOOST_TEST(is_device_id(good));
  BOOST_TEST(is_device_id(std::string(64, 'x')));
  for (const auto* bad :
       {"", "a b", "a/b", "a;b", "caf\xC3\xA9", "a\n", "'--", "\xF0\x9F\x98\x80", ".", ".."})
    BOOST_TEST(!is_device_id(bad));
  BOOST_TEST(!is_device_id(std::string(65, 'x')));
}

BOOST_AUTO_TEST_CASE(a_session_stands_until_the_first_of_its_ends) {
  SessionState state;
  state.session.idle_until = noon + hour;
  BOOST_TEST((end_of(state.session) == noon + hour));
  BOOST_TEST((standing_of(state, noon + hour - milliseconds{1}) == Standing::stands));
  BOOST_TEST((standing_of(state, noon + hour) == Standing::expired));
  state.session.absolute_until = noon + hour / 2;
  BOOST_TEST((end_of(state.session) == noon + hour / 2));
  BOOST_TEST((standing_of(state, noon + hour / 2) == Standing::expired));
  state.user.epoch = 1;
  BOOST_TEST((standing_of(state, noon) == Standing::ended));
  state.user.status = UserStatus::disabled;
  BOOST_TEST((standing_of(state, noon) == Standing::disabled));
  state.session.revoked_at = noon;
  BOOST_TEST((standing_of(state, noon) == Standing::revoked));
}

BOOST_AUTO_TEST_SUITE_END()
