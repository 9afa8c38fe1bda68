// The list of devices, for its owner.
#include "auth/session/sign_out.h"

#include <boost/test/unit_test.hpp>

#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};

std::vector<std::string> ids_of(House& house, const User& user) {
  std::vector<std::string> ids;
  for (const auto& session : devices_of(house.user_of(user), house.caller(), house.deps()))
    ids.push_back(session.device_id);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(devices)

BOOST_AUTO_TEST_CASE(the_most_recently_seen_comes_first) {
  SignedIn house;
  house.start(house.ada, "tablet");
  house.now += hour;
  house.start(house.ada, "laptop");
  house.now += hour;
  house.renew(house.first);
  BOOST_TEST(ids_of(house, house.ada) == (Ids{"phone", "laptop", "tablet"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_sessions_that_stand_are_listed) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  BOOST_TEST(
      house.store.revoke({.session = tablet.session.id, .reason = RevokeReason::reuse, .at = house.now}));
  BOOST_TEST(ids_of(house, house.ada) == Ids{"phone"}, boost::test_tools::per_element());
  house.now = house.first.refresh_expires;
  BOOST_TEST(ids_of(house, house.ada).empty());
  house.start(house.ada, "new");
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  BOOST_TEST(ids_of(house, house.ada).empty());
}

BOOST_AUTO_TEST_CASE(each_user_sees_only_their_own) {
  SignedIn house;
  const auto bob = house.add_user("bob@example.com");
  house.start(bob, "bobs");
  BOOST_TEST(ids_of(house, house.ada) == Ids{"phone"}, boost::test_tools::per_element());
  BOOST_TEST(ids_of(house, bob) == Ids{"bobs"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_owner_signs_a_device_out_once) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  const auto sign_out_tablet = [&] {
    return sign_out_device(house.user_of(house.ada), "tablet", house.caller(), house.deps());
  };
  BOOST_TEST(sign_out_tablet());
  BOOST_TEST(word(house.row_of(tablet).revoke_reason) == "signed_out_by_owner");
  BOOST_TEST(word(house.refresh(tablet)) == "revoked");
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
  BOOST_TEST(!sign_out_tablet());
  BOOST_TEST(house.events_of(EventKind::device_signed_out) == 1);
}

BOOST_AUTO_TEST_CASE(a_device_is_called_by_its_name_and_its_system_as_far_as_they_are_known) {
  const auto words = [](const char* name, const char* user_agent) {
    Session session;
    session.device_name = name;
    session.user_agent = user_agent;
    return device_words(session).value_or("nothing");
  };
  constexpr const char* android = "Mozilla/5.0 (Linux; Android 14; K)";
  BOOST_TEST(words("Ada's telephone", android) == "Ada's telephone (Android)");
  BOOST_TEST(words("", android) == "Android");
  BOOST_TEST(words("Ada's telephone", "Test/1.0") == "Ada's telephone");
  BOOST_TEST(words("", "Test/1.0") == "nothing");
}

BOOST_AUTO_TEST_CASE(an_event_leads_to_its_own_session_or_to_none) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  const std::vector<Session> sessions{house.row_of(house.first), house.row_of(tablet)};
  Event event;
  BOOST_TEST((session_of(event, sessions) == nullptr));
  event.session = tablet.session.id;
  BOOST_TEST((session_of(event, sessions) == &sessions[1]));
  event.session = SessionId::make(house.now, house.entropy);
  BOOST_TEST((session_of(event, sessions) == nullptr));
}

BOOST_AUTO_TEST_CASE(nobody_signs_out_the_device_of_another_even_by_the_same_name) {
  SignedIn house;
  const auto bob = house.add_user("bob@example.com");
  const auto bobs = house.start(bob, "bobs");
  BOOST_TEST(!sign_out_device(house.user_of(house.ada), "bobs", house.caller(), house.deps()));
  BOOST_TEST(
      !sign_out_device(house.user_of(house.ada), bobs.session.id.text(), house.caller(), house.deps()));
  BOOST_TEST(!sign_out_device(house.user_of(house.ada), "", house.caller(), house.deps()));
  const auto same = house.start(bob, "phone");
  BOOST_TEST(sign_out_device(house.user_of(house.ada), "phone", house.caller(), house.deps()));
  BOOST_TEST(word(house.refresh(bobs)) == "granted");
  BOOST_TEST(word(house.refresh(same)) == "granted");
}

BOOST_AUTO_TEST_SUITE_END()
