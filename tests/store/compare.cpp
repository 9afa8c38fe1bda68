#include "compare.h"

#include <boost/test/unit_test.hpp>

namespace cardea::testing {

void check_same(const User& found, const User& expected) {
  BOOST_TEST((found.id == expected.id));
  BOOST_TEST(found.email.key == expected.email.key);
  BOOST_TEST(found.email.typed == expected.email.typed);
  BOOST_TEST(found.name == expected.name);
  BOOST_TEST(found.password_hash == expected.password_hash);
  BOOST_TEST((found.status == expected.status));
  BOOST_TEST(found.epoch == expected.epoch);
  BOOST_TEST(found.scope == expected.scope);
  BOOST_TEST(found.last_method == expected.last_method);
  BOOST_TEST((found.created_at == expected.created_at));
  BOOST_TEST((found.last_sign_in_at == expected.last_sign_in_at));
  BOOST_TEST((found.closed_at == expected.closed_at));
  BOOST_TEST((found.email_proven_at == expected.email_proven_at));
  BOOST_TEST((found.language == expected.language));
  BOOST_TEST(found.username.typed == expected.username.typed);
  BOOST_TEST(found.username.key == expected.username.key);
}

void check_same(const Session& found, const Session& expected) {
  BOOST_TEST((found.id == expected.id));
  BOOST_TEST((found.user == expected.user));
  BOOST_TEST(found.device_id == expected.device_id);
  BOOST_TEST(found.device_name == expected.device_name);
  BOOST_TEST((found.nonce == expected.nonce));
  BOOST_TEST(found.generation == expected.generation);
  BOOST_TEST((found.rotated_at == expected.rotated_at));
  BOOST_TEST((found.idempotency == expected.idempotency));
  BOOST_TEST(found.user_epoch == expected.user_epoch);
  BOOST_TEST(found.method == expected.method);
  BOOST_TEST(found.user_agent == expected.user_agent);
  BOOST_TEST(found.ip == expected.ip);
  BOOST_TEST((found.created_at == expected.created_at));
  BOOST_TEST((found.idle_until == expected.idle_until));
  BOOST_TEST((found.absolute_until == expected.absolute_until));
  BOOST_TEST((found.revoked_at == expected.revoked_at));
  BOOST_TEST((found.revoke_reason == expected.revoke_reason));
  BOOST_TEST((found.transport == expected.transport));
  BOOST_TEST((found.authenticated_at == expected.authenticated_at));
  BOOST_TEST(found.amr == expected.amr);
}

void check_same(const Event& found, const Event& expected) {
  BOOST_TEST((found.id == expected.id));
  BOOST_TEST((found.at == expected.at));
  BOOST_TEST((found.kind == expected.kind));
  BOOST_TEST((found.user == expected.user));
  BOOST_TEST((found.session == expected.session));
  BOOST_TEST(found.ip == expected.ip);
  BOOST_TEST(found.detail == expected.detail);
}

}  // namespace cardea::testing
