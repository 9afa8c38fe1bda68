// The contract of store/store.h, for who people are elsewhere.
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "samples.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

ProviderIdentity sample_identity(int user, const std::string& issuer, const std::string& subject) {
  return {
      .issuer = issuer, .subject = subject, .provider = "google", .user = user_id(user), .created_at = at(5)};
}

const std::string google = "https://accounts.google.com";
const std::string kakao = "https://kauth.kakao.com";

User without_password(int number) {
  auto user = sample_user(number);
  user.password_hash.clear();
  return user;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(provider_identities)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_identity_comes_back_as_it_went_in, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto identity = sample_identity(1, google, "1098");
  BOOST_TEST(!store.provider_identity(google, "1098"));
  BOOST_TEST(store.add_provider_identity(identity));
  const auto found = store.provider_identity(google, "1098");
  BOOST_REQUIRE(found);
  BOOST_TEST(found->issuer == google);
  BOOST_TEST(found->subject == "1098");
  BOOST_TEST(found->provider == "google");
  BOOST_TEST((found->user == user_id(1)));
  BOOST_TEST((found->created_at == at(5)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_link_counts_under_its_epoch_only, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  BOOST_TEST(!store.link_provider_identity(sample_identity(1, google, "a"), user.epoch + 1, {}));
  BOOST_TEST(!store.link_provider_identity(sample_identity(2, google, "a"), 0, {}));  // nobody is there
  BOOST_TEST(store.link_provider_identity(sample_identity(1, google, "a"), user.epoch, {}));
  BOOST_TEST(!store.link_provider_identity(sample_identity(1, google, "b"), user.epoch, {}));
  const auto found = store.provider_identity(google, "a");
  BOOST_REQUIRE(found);
  BOOST_TEST((found->user == user.id));
  BOOST_TEST(found->provider == "google");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_reset_removes_the_user_s_identities_and_nobody_else_s, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  BOOST_TEST(store.add_provider_identity(sample_identity(1, google, "a")));
  BOOST_TEST(store.add_provider_identity(sample_identity(1, kakao, "b")));
  BOOST_TEST(store.add_provider_identity(sample_identity(2, google, "c")));
  PasswordChange change{
      .user = user.id, .epoch = user.epoch + 1, .from = user.password_hash, .to = "$new$", .at = at(9)};
  BOOST_TEST(!store.reset_password(change).has_value());
  BOOST_TEST(store.provider_identities_of(user.id).size() == 2U);
  change.epoch = user.epoch;
  const auto removed = store.reset_password(change);
  BOOST_REQUIRE(removed);
  BOOST_TEST(removed->size() == 2U);
  BOOST_TEST(store.provider_identities_of(user.id).empty());
  BOOST_TEST(store.provider_identities_of(user_id(2)).size() == 1U);
  BOOST_TEST(store.user_by_id(user.id)->epoch == user.epoch + 1);
  BOOST_TEST(store.user_by_id(user.id)->password_hash == "$new$");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_identity_belongs_to_one_user, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_provider_identity(sample_identity(1, google, "a")));
  BOOST_TEST(!store.add_provider_identity(sample_identity(2, google, "a")));
  BOOST_TEST((store.provider_identity(google, "a")->user == user_id(1)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_user_has_one_identity_of_an_issuer, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_provider_identity(sample_identity(1, google, "a")));
  BOOST_TEST(!store.add_provider_identity(sample_identity(1, google, "b")));
  BOOST_TEST(store.add_provider_identity(sample_identity(1, kakao, "a")));
  const auto all = store.provider_identities_of(user_id(1));
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST(all[0].issuer == google);
  BOOST_TEST(all[1].issuer == kakao);
  BOOST_TEST(store.provider_identities_of(user_id(2)).empty());
}

// A collation would hand one person's account to another.
BOOST_AUTO_TEST_CASE_TEMPLATE(subjects_that_look_alike_are_different_people, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  int number = 0;
  for (const std::string& subject :
       std::vector<std::string>{"jose", "Jose", "josé", "jose ", "001", "1", std::string(255, 'x')})
    BOOST_TEST(store.add_provider_identity(sample_identity(++number, google, subject)), subject);
  BOOST_TEST((store.provider_identity(google, "Jose")->user == user_id(2)));
  BOOST_TEST((store.provider_identity(google, "1")->user == user_id(6)));
  BOOST_TEST(!store.provider_identity(google, "JOSE"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_last_way_to_sign_in_stays, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(without_password(1)));
  BOOST_TEST(store.add_provider_identity(sample_identity(1, google, "a")));
  BOOST_TEST((store.remove_provider_identity(user_id(1), google, {}) == IdentityRemoval::last_way));
  BOOST_TEST((store.remove_provider_identity(user_id(1), kakao, {}) == IdentityRemoval::absent));
  BOOST_TEST(store.add_provider_identity(sample_identity(1, kakao, "b")));
  BOOST_TEST((store.remove_provider_identity(user_id(1), google, {}) == IdentityRemoval::removed));
  BOOST_TEST((store.remove_provider_identity(user_id(1), kakao, {}) == IdentityRemoval::last_way));
  BOOST_TEST((store.remove_provider_identity(user_id(1), google, {}) == IdentityRemoval::absent));
  BOOST_TEST(store.provider_identities_of(user_id(1)).size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(with_a_password_every_identity_may_go, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  BOOST_TEST(store.add_provider_identity(sample_identity(1, google, "a")));
  BOOST_TEST((store.remove_provider_identity(user_id(1), google, {}) == IdentityRemoval::removed));
  BOOST_TEST(!store.provider_identity(google, "a"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_identity_without_a_user_may_go, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_provider_identity(sample_identity(1, google, "a")));
  BOOST_TEST((store.remove_provider_identity(user_id(1), google, {}) == IdentityRemoval::removed));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deleted_user_takes_the_identities_along, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (int number : {1, 2}) {
    BOOST_TEST(store.add_user(sample_user(number)));
    BOOST_TEST(store.add_provider_identity(sample_identity(number, google, std::to_string(number))));
  }
  BOOST_TEST(store.delete_user(user_id(1), Instant{}));
  BOOST_TEST(!store.provider_identity(google, "1"));
  BOOST_TEST(store.provider_identity(google, "2").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
