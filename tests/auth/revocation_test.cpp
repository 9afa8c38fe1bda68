// Whatever ends a session ends its access tokens on this host at once, without a database in the verify path.
#include "auth/session/end.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <tuple>

#include "auth/session/sign_out.h"
#include "auth/session/verify.h"
#include "auth/signed_in.h"
#include "support/resets.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::minutes minute{1};

// "accepted", "revoked" or "other"; as another process of the host sees it, which has no database.
std::string verified(House& house, const Grant& grant) {
  House::Thread process(house);
  const int calls = house.store.calls();
  const auto answer = verify(by_cookie(grant), house.caller(), process.deps());
  BOOST_TEST(house.store.calls() == calls);
  if (std::holds_alternative<AccessClaims>(answer)) return "accepted";
  return std::get<TokenFault>(answer) == TokenFault::revoked ? "revoked" : "other";
}

bool end(House& house, const Ending& ending) {
  return end_sessions(ending, house.caller(), house.deps());
}

// Another host: the same database, a file of its own.
class OtherHost {
 public:
  explicit OtherHost(House& house)
      : house_(house),
        revoked_(house.key_directory() + "/other-host", revocations_kept(house.settings.tokens)) {}
  void look() {
    look_for_ended_sessions(house_.store, revoked_, house_.now, house_.settings.tokens.revocation_poll);
  }
  bool refuses(const Grant& grant) { return revoked_.contains(grant.session.id, house_.now); }

 private:
  House& house_;
  RevokedSessions revoked_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(revocation)

BOOST_AUTO_TEST_CASE(whatever_ends_one_session_ends_its_access_token_and_no_other) {
  struct Row {
    const char* name;
    void (*end)(SignedIn&);
  };
  constexpr Row rows[] = {
      {"sign-out",
       [](SignedIn& house) {
         sign_out(house.state_of(house.first.session.id), SignOutScope::this_device, house.caller(),
                  house.deps());
       }},
      {"from the list of devices",
       [](SignedIn& house) {
         BOOST_TEST(sign_out_device(house.user_of(house.ada), "phone", house.caller(), house.deps()));
       }},
      {"an administrator",
       [](SignedIn& house) {
         BOOST_TEST(end(house, OneSession{house.first.session.id, RevokeReason::administrator}));
       }},
      {"replaced by a sign-in on the same device", [](SignedIn& house) { house.start(house.ada, "phone"); }},
      {"a spent token came back",
       [](SignedIn& house) {
         house.now += minute;
         house.renew(house.first);
         house.now += minute;
         BOOST_TEST(word(house.refresh(house.first)) == "reused");
       }},
  };
  for (const auto& row : rows) BOOST_TEST_CONTEXT(row.name) {
      SignedIn house;
      house.first = house.start(house.ada, "phone");
      const auto tablet = house.start(house.ada, "tablet");
      BOOST_TEST(verified(house, house.first) == "accepted");
      row.end(house);
      BOOST_TEST(verified(house, house.first) == "revoked");
      BOOST_TEST(verified(house, tablet) == "accepted");
    }
}

BOOST_AUTO_TEST_CASE(the_device_that_too_many_others_push_out_is_refused_at_once) {
  SignedIn house;
  house.settings.limits.devices_per_user = 2;
  house.first = house.start(house.ada, "phone");
  house.now += minute;
  const auto tablet = house.start(house.ada, "tablet");
  house.now += minute;
  const auto laptop = house.start(house.ada, "laptop");
  BOOST_TEST(verified(house, house.first) == "revoked");
  BOOST_TEST(verified(house, tablet) == "accepted");
  BOOST_TEST(verified(house, laptop) == "accepted");
}

BOOST_AUTO_TEST_CASE(
    what_ends_all_sessions_of_a_user_ends_all_access_tokens_but_not_those_of_the_next_sign_in) {
  std::vector<ProviderIdentity> removed;
  const auto endings = [&removed](const User& user) {
    const PasswordChange change{
        .user = user.id, .epoch = user.epoch, .from = user.password_hash, .to = "$new$", .at = {}};
    const auto reset = reset_of(user, "$new$", {});
    return std::vector<Ending>{
        AllSessions{user.id},          NewPassword{user.id, "$new$"}, change,
        PasswordReset{reset, removed}, DisabledUser{user.id},         DeletedUser{user.id}};
  };
  for (std::size_t which = 0; which < 6; ++which) BOOST_TEST_CONTEXT("ending " << which) {
      SignedIn house;
      house.first = house.start(house.ada, "phone");
      const auto tablet = house.start(house.ada, "tablet");
      const auto bob = house.start(house.add_user("bob@example.com"), "phone");
      BOOST_TEST(end(house, endings(house.ada)[which]));
      BOOST_TEST(verified(house, house.first) == "revoked");
      BOOST_TEST(verified(house, tablet) == "revoked");
      BOOST_TEST(verified(house, bob) == "accepted");
      if (which == 5) continue;  // there is nobody left to sign in
      if (which == 4) BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::active, house.now));
      // In the very same millisecond.
      BOOST_TEST(verified(house, house.start(house.ada, "phone")) == "accepted");
      BOOST_TEST(verified(house, tablet) == "revoked");
    }
}

// The database has ended the sessions; the user signs in again before this host has read which ones.
BOOST_AUTO_TEST_CASE(a_sign_in_that_comes_while_endings_are_noted_stands) {
  SignedIn house;
  house.first = house.start(house.ada, "phone");
  std::optional<Grant> again;
  house.store.before_user_read([&] { again = house.start(house.ada, "tablet"); });
  BOOST_TEST(end(house, AllSessions{house.ada.id}));
  BOOST_TEST_REQUIRE(again.has_value());
  BOOST_TEST(verified(house, *again) == "accepted");
  BOOST_TEST(verified(house, house.first) == "revoked");
}

BOOST_AUTO_TEST_CASE(a_password_that_another_request_changed_first_ends_nothing) {
  SignedIn house;
  house.first = house.start(house.ada, "phone");
  const PasswordChange late{
      .user = house.ada.id, .epoch = house.ada.epoch, .from = "another hash", .to = "$new$", .at = {}};
  std::vector<ProviderIdentity> removed;
  BOOST_TEST(!end(house, late));
  auto reset = reset_of(house.ada, "$new$", {});
  reset.change = late;
  BOOST_TEST(!end(house, PasswordReset{reset, removed}));
  BOOST_TEST(verified(house, house.first) == "accepted");
}

BOOST_AUTO_TEST_CASE(a_renewal_that_was_under_way_gives_no_access_token_that_lives_on) {
  SignedIn house;
  house.now += minute;
  const auto renewed = house.renew(house.first);
  BOOST_TEST(end(house, AllSessions{house.ada.id}));
  BOOST_TEST(verified(house, renewed) == "revoked");
}

// The sign-in has read the user before the sign-out everywhere, and writes its row after it.
BOOST_AUTO_TEST_CASE(a_sign_in_that_is_overtaken_by_a_sign_out_everywhere_is_signed_out_with_the_others) {
  SignedIn house;
  const auto before = house.user_of(house.ada);
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  const auto late = std::get<Grant>(
      start_session(before, {.id = "late", .name = ""}, "password", house.caller(), house.deps()));
  BOOST_TEST(verified(house, late) == "revoked");
  OtherHost other(house);
  other.look();
  BOOST_TEST(other.refuses(late));
}

BOOST_AUTO_TEST_CASE(a_sign_in_that_is_overtaken_by_the_users_deletion_is_of_no_use) {
  SignedIn house;
  const auto before = house.user_of(house.ada);
  BOOST_TEST(end(house, DeletedUser{house.ada.id}));
  const auto late = std::get<Grant>(
      start_session(before, {.id = "late", .name = "Ada's"}, "password", house.caller(), house.deps()));
  BOOST_TEST(verified(house, late) == "revoked");
  OtherHost other(house);
  other.look();
  BOOST_TEST(other.refuses(late));
}

BOOST_AUTO_TEST_CASE(of_sign_ins_on_one_device_at_once_exactly_one_stays) {
  SignedIn house;
  constexpr int many = 8;
  Threads threads;
  std::vector<std::optional<Grant>> grants(many);
  const auto user = house.user_of(house.ada);
  for (std::size_t i = 0; i < many; ++i)
    threads.start([&house, &grants, &user, i] {
      House::Thread thread(house);
      grants[i] = std::get<Grant>(
          start_session(user, {.id = "phone", .name = ""}, "password", house.caller(), thread.deps()));
    });
  threads.join();
  const auto standing = devices_of(user, house.caller(), house.deps());
  BOOST_TEST_REQUIRE(standing.size() == 1U);
  for (const auto& grant : grants)
    BOOST_TEST(verified(house, *grant) == (grant->session.id == standing[0].id ? "accepted" : "revoked"));
}

BOOST_AUTO_TEST_CASE(sign_ins_at_once_do_not_get_past_the_limit_and_do_not_end_each_other_all) {
  for (const int limit : {1, 3}) {
    SignedIn house;
    house.settings.limits.devices_per_user = limit;
    constexpr int many = 8;
    const auto user = house.user_of(house.ada);
    Threads threads;
    for (int i = 0; i < many; ++i)
      threads.start([&house, &user, i] {
        House::Thread thread(house);
        std::ignore = start_session(user, {.id = "device-" + std::to_string(i), .name = ""}, "password",
                                    house.caller(), thread.deps());
      });
    threads.join();
    BOOST_TEST(devices_of(user, house.caller(), house.deps()).size() == static_cast<std::size_t>(limit));
  }
}

BOOST_AUTO_TEST_CASE(where_the_file_cannot_be_written_the_ending_counts_and_the_trouble_is_told) {
  SignedIn house;
  house.settings.tokens.revocations = "/proc/no/such/place";
  House::Thread process(house);
  const auto deps = process.deps();
  BOOST_TEST(
      end_sessions(OneSession{house.first.session.id, RevokeReason::signed_out}, house.caller(), deps));
  BOOST_TEST(deps.revoked.take_trouble() != "");
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
}

BOOST_AUTO_TEST_CASE(a_damaged_file_lets_nobody_in_until_it_is_filled_again) {
  SignedIn house;
  const auto phone = house.start(house.ada, "phone");
  const auto tablet = house.start(house.ada, "tablet");
  BOOST_TEST(end(house, OneSession{tablet.session.id, RevokeReason::signed_out}));
  std::ofstream(house.settings.tokens.revocations) << "rubbish";
  BOOST_CHECK_THROW((void)verified(house, phone), RevocationsUnreadable);
  // Who asks the database need not wait.
  BOOST_TEST(
      std::holds_alternative<SessionState>(verify_live(by_cookie(phone), house.caller(), house.deps())));
  look_for_ended_sessions(house.store, house.deps().revoked, house.now, seconds{5});
  BOOST_TEST(verified(house, phone) == "accepted");
  BOOST_TEST(verified(house, tablet) == "revoked");
}

BOOST_AUTO_TEST_CASE(other_hosts_hear_of_it_at_their_next_look_and_look_no_more_often_than_told) {
  SignedIn house;
  OtherHost other(house);
  const auto phone = house.start(house.ada, "phone");
  other.look();
  BOOST_TEST(end(house, AllSessions{house.ada.id}));
  const int calls = house.store.calls();
  other.look();  // too early
  BOOST_TEST(house.store.calls() == calls);
  BOOST_TEST(!other.refuses(phone));
  house.now += house.settings.tokens.revocation_poll;
  other.look();
  BOOST_TEST(house.store.calls() == calls + 1);
  BOOST_TEST(other.refuses(phone));
}

BOOST_AUTO_TEST_CASE(what_came_to_light_late_is_not_missed) {
  SignedIn house;
  OtherHost other(house);
  const auto phone = house.start(house.ada, "phone");
  const Instant then = house.now;
  house.now += 4 * minute;
  other.look();
  // Committed now, with a time of four minutes ago.
  BOOST_TEST(
      house.store.revoke({.session = phone.session.id, .reason = RevokeReason::signed_out, .at = then}));
  house.now += house.settings.tokens.revocation_poll;
  other.look();
  BOOST_TEST(other.refuses(phone));
}

BOOST_AUTO_TEST_CASE(an_outage_of_the_database_hides_nothing_afterwards) {
  SignedIn house;
  OtherHost other(house);
  other.look();
  const auto phone = house.start(house.ada, "phone");
  BOOST_TEST(end(house, AllSessions{house.ada.id}));
  house.store.set_unavailable(true);
  for (int i = 0; i < 20; ++i) {
    house.now += minute;
    BOOST_CHECK_THROW(other.look(), StoreUnavailable);
  }
  house.store.set_unavailable(false);
  house.now += minute;
  other.look();
  BOOST_TEST(other.refuses(phone));
}

// The process dies between the database and the file: any other process of the host adds the session.
BOOST_AUTO_TEST_CASE(an_ending_whose_process_died_halfway_is_made_known_by_the_next_look) {
  SignedIn house;
  const auto phone = house.start(house.ada, "phone");
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  BOOST_TEST(verified(house, phone) == "accepted");
  look_for_ended_sessions(house.store, house.deps().revoked, house.now, seconds{5});
  BOOST_TEST(verified(house, phone) == "revoked");
}

BOOST_AUTO_TEST_SUITE_END()
