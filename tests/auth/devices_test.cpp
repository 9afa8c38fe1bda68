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
