// The contract of store/store.h, for users.
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "compare.h"
#include "samples.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(users)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_user_comes_back_as_it_went_in, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const User user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  const auto by_id = store.user_by_id(user.id);
  const auto by_email = store.user_by_email(user.email.key);
  BOOST_REQUIRE(by_id);
  BOOST_REQUIRE(by_email);
  check_same(*by_id, user);
  check_same(*by_email, user);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nobody_is_found_where_nobody_is, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(!store.user_by_id(user_id(1)));
  BOOST_TEST(!store.user_by_email("person1@example.org"));
  BOOST_TEST(!store.user_by_email(""));
  BOOST_TEST(!store.set_password(user_id(1), "x", at(20)));
  BOOST_TEST(!store.set_status(user_id(1), UserStatus::active, at(20)));
  BOOST_TEST(!store.set_status(user_id(1), UserStatus::disabled, at(20)));
  BOOST_TEST(!store.end_all_sessions(user_id(1), at(20)));
  BOOST_TEST(!store.delete_user(user_id(1), at(20)));
  BOOST_TEST(!store.set_profile(user_id(1), {.name = "x", .language = {}}));
  BOOST_TEST(!store.change_password({.user = user_id(1), .epoch = 0, .from = "", .to = "x", .at = at(20)}));
  store.note_sign_in(user_id(1), {.method = "password", .language = {}, .at = at(1)});
  BOOST_TEST(store.users(std::nullopt, 10).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_address_belongs_to_one_user, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  User second = sample_user(2);
  second.email = sample_user(1).email;
  BOOST_TEST(store.add_user(sample_user(1)));
  BOOST_TEST(!store.add_user(second));
  BOOST_TEST(!store.user_by_id(second.id));
}

// A database's collation would call some of these equal, and hand one person's account to another.
BOOST_AUTO_TEST_CASE_TEMPLATE(addresses_that_look_alike_are_different_people, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const std::vector<std::string> keys{"jose@x.kr",  "josé@x.kr", "ｊose@x.kr", "jo\u200bse@x.kr", "Jose@x.kr",
                                      "jose@x.kr ", "ß@x.kr",    "ss@x.kr",    "12345",           "12345.0"};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    User user = sample_user(static_cast<int>(i));
    user.email = {keys[i], keys[i]};
    BOOST_TEST(store.add_user(user), keys[i]);
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto found = store.user_by_email(keys[i]);
    BOOST_REQUIRE_MESSAGE(found, keys[i]);
    BOOST_TEST((found->id == user_id(static_cast<int>(i))), keys[i]);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(many_users_may_have_no_address, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (int number : {1, 2, 3}) {
    User user = sample_user(number);
    user.email = {};
    BOOST_TEST(store.add_user(user));
  }
  BOOST_TEST(store.users(std::nullopt, 10).size() == 3u);
  BOOST_TEST(store.user_by_id(user_id(2))->email.key == "");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(names_of_all_scripts_are_kept, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const std::vector<std::string> names{
      "", "철수", "👩‍👩‍👧‍👦", "Ünïcödé", "العربية", "a'b\"c\\d`e;--", "𝒳𝒴𝒵", "12", "%_"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    User user = sample_user(static_cast<int>(i));
    user.name = names[i];
    BOOST_TEST(store.add_user(user));
    BOOST_TEST(store.user_by_id(user.id)->name == names[i]);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(users_are_listed_page_by_page_in_order_of_creation, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (int number : {300, 2, 255, 1, 256}) BOOST_TEST(store.add_user(sample_user(number)));
  const auto first = store.users(std::nullopt, 3);
  BOOST_REQUIRE(first.size() == 3u);
  BOOST_TEST((first[0].id == user_id(1) && first[1].id == user_id(2) && first[2].id == user_id(255)));
  const auto second = store.users(first.back().id, 3);
  BOOST_REQUIRE(second.size() == 2u);
  BOOST_TEST((second[0].id == user_id(256) && second[1].id == user_id(300)));
  BOOST_TEST(store.users(second.back().id, 3).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_new_password_ends_all_sessions, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  BOOST_TEST(store.set_password(user_id(1), "$new$", at(20)));
  const auto user = store.user_by_id(user_id(1));
  BOOST_TEST(user->password_hash == "$new$");
  BOOST_TEST(user->epoch == sample_user(1).epoch + 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_better_hash_of_the_same_password_ends_nothing, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const User user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  BOOST_TEST(store.replace_password_hash({.user = user.id, .from = user.password_hash, .to = "$better$"}));
  BOOST_TEST(store.user_by_id(user.id)->password_hash == "$better$");
  BOOST_TEST(store.user_by_id(user.id)->epoch == user.epoch);
  BOOST_TEST(!store.replace_password_hash({.user = user.id, .from = user.password_hash, .to = "$late$"}));
  BOOST_TEST(store.user_by_id(user.id)->password_hash == "$better$");
  BOOST_TEST(!store.replace_password_hash({.user = user_id(2), .from = "$better$", .to = "$x$"}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(disabling_ends_all_sessions_and_enabling_none, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const User user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  BOOST_TEST(store.set_status(user.id, UserStatus::disabled, at(20)));
  BOOST_TEST((store.user_by_id(user.id)->status == UserStatus::disabled));
  BOOST_TEST(store.user_by_id(user.id)->epoch == user.epoch + 1);
  BOOST_TEST(store.set_status(user.id, UserStatus::active, at(20)));
  BOOST_TEST(
      store.set_status(user.id, UserStatus::active, at(20)));  // nothing to change is no "no such user"
  BOOST_TEST((store.user_by_id(user.id)->status == UserStatus::active));
  BOOST_TEST(store.user_by_id(user.id)->epoch == user.epoch + 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(ending_all_sessions_moves_the_epoch_by_one, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  BOOST_TEST(store.add_user(sample_user(2)));
  BOOST_TEST(store.end_all_sessions(user_id(1), at(20)));
  BOOST_TEST(store.user_by_id(user_id(1))->epoch == sample_user(1).epoch + 1);
  BOOST_TEST(store.user_by_id(user_id(2))->epoch == sample_user(2).epoch);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_last_sign_in_is_noted, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  for (int time = 0; time < 2; ++time)
    store.note_sign_in(user_id(1), {.method = "kakao", .language = {}, .at = at(77)});
  const auto user = store.user_by_id(user_id(1));
  BOOST_TEST(user->last_method == "kakao");
  BOOST_TEST((user->last_sign_in_at == at(77)));
  BOOST_TEST(user->epoch == sample_user(1).epoch);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_sign_in_sets_the_language_only_if_it_has_one, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  store.note_sign_in(user_id(1), {.method = "password", .language = {}, .at = at(1)});
  BOOST_TEST((store.user_by_id(user_id(1))->language == Language::ko));
  store.note_sign_in(user_id(1), {.method = "password", .language = Language::ja, .at = at(1)});
  BOOST_TEST((store.user_by_id(user_id(1))->language == Language::ja));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_profile_is_a_name_and_a_language, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  for (int time = 0; time < 2; ++time)
    BOOST_TEST(store.set_profile(user_id(1), {.name = "Ada 김", .language = Language::en}));
  auto expected = sample_user(1);
  expected.name = "Ada 김";
  expected.language = Language::en;
  check_same(*store.user_by_id(user_id(1)), expected);
  BOOST_TEST(store.set_profile(user_id(1), {.name = "", .language = {}}));
  expected.name = "";
  expected.language = std::nullopt;
  check_same(*store.user_by_id(user_id(1)), expected);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_two_password_changes_from_one_state_one_counts, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  const PasswordChange change{
      .user = user.id, .epoch = user.epoch, .from = user.password_hash, .to = "$new$1", .at = at(20)};
  auto other = change;
  other.to = "$new$2";
  BOOST_TEST(store.change_password(change));
  BOOST_TEST(!store.change_password(other));
  const auto changed = store.user_by_id(user.id);
  BOOST_TEST(changed->password_hash == "$new$1");
  BOOST_TEST(changed->epoch == user.epoch + 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_password_change_needs_the_epoch_that_was_read, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  BOOST_TEST(store.end_all_sessions(user.id, at(20)));
  BOOST_TEST(!store.change_password(
      {.user = user.id, .epoch = user.epoch, .from = user.password_hash, .to = "$new$1", .at = at(20)}));
  BOOST_TEST(store.user_by_id(user.id)->password_hash == user.password_hash);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deleted_user_leaves_ended_sessions_and_events_with_nothing_personal_in_them,
                              Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (int number : {1, 2}) {
    BOOST_TEST(store.add_user(sample_user(number)));
    store.add_session(sample_session(number, sample_user(number)));
  }
  store.add_event(sample_event(1));
  BOOST_TEST(store.delete_user(user_id(1), at(20)));
  BOOST_TEST(!store.user_by_id(user_id(1)));
  const auto left = store.sessions_of(user_id(1));
  BOOST_REQUIRE(left.size() == 1u);
  BOOST_TEST(left[0].device_id + left[0].device_name + left[0].user_agent + left[0].ip == "");
  BOOST_TEST((left[0].revoked_at == at(20) && left[0].revoke_reason == RevokeReason::administrator));
  BOOST_TEST((left[0].idle_until == at(20)));  // so that it is purged before long
  BOOST_TEST(!store.session(session_id(1), Freshness::causal));
  const auto events = store.events({.user = user_id(1)});
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].detail == "");
  BOOST_TEST(store.sessions_of(user_id(2)).size() == 1u);
  BOOST_TEST(!store.delete_user(user_id(1), at(20)));
  BOOST_TEST(store.add_user(sample_user(1)));  // the address is free again
}

// Awkward names: case and width are folded by base/username.h, what is left differs by bytes.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_user_name_belongs_to_one_user_whatever_the_collation, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  auto first = sample_user(1);
  first.username = parse_username("Zo\u00EB").value();
  BOOST_TEST(store.add_user(first));
  check_same(store.user_by_username("zo\u00EB").value(), first);
  BOOST_TEST(!store.user_by_username("zoe").has_value());
  auto second = sample_user(2);
  second.username = parse_username("ZO\u00CB").value();
  BOOST_TEST(!store.add_user(second));
  second.username = parse_username("zoe").value();
  BOOST_TEST(store.add_user(second));
  BOOST_TEST(!store.set_username(second.id, first.username));
  BOOST_TEST((store.user_by_username("zoe").value().id == second.id));
  BOOST_TEST(store.set_username(first.id, {}));
  BOOST_TEST(store.set_username(second.id, parse_username("zo\u00EB").value()));
  BOOST_TEST((store.user_by_username("zo\u00EB").value().id == second.id));
  BOOST_TEST(store.add_user(sample_user(3)));  // several users have none
}

BOOST_AUTO_TEST_SUITE_END()
