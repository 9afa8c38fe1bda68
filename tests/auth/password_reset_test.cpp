#include "auth/password_reset.h"

#include <boost/test/unit_test.hpp>

#include "auth/new_password.h"
#include "auth/refresh.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct WithMail : House {
  User ada = add_user("ada@example.com");
  WithMail() { settings.mail.from = "noreply@example.com"; }

  std::optional<seconds> forget(const std::string& email = "ada@example.com") {
    return request_password_reset(email, caller(), deps());
  }
  std::string link() {
    BOOST_REQUIRE(!forget().has_value());
    const auto sent = letters();
    BOOST_REQUIRE(sent.size() == 1U);
    const auto text = std::string(sent[0].text.reveal());
    const auto begin = text.find("https://example.com/reset.html#");
    BOOST_REQUIRE(begin != text.npos);
    const auto token = text.find('#', begin) + 1;
    return text.substr(token, text.find('\n', token) - token);
  }
  std::optional<ResetRefusal> reset(std::string_view token, std::string_view password = new_password) {
    return reset_password(token, Secret::copy_of(password), caller(), deps());
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(password_reset)

BOOST_AUTO_TEST_CASE(the_link_sets_a_password_and_ends_all_sessions) {
  WithMail house;
  const auto phone = house.start(house.ada, "phone");
  const auto token = house.link();
  BOOST_TEST(!house.reset(token).has_value());
  BOOST_TEST(signs_in(house, new_password));
  BOOST_TEST(!signs_in(house, good_password));
  const auto renewed =
      refresh({.tokens = by_cookie(phone), .idempotency_key = {}}, house.caller(), house.deps());
  BOOST_TEST((std::get<RefreshRefusal>(renewed) == RefreshRefusal::revoked));
  BOOST_TEST(house.events_of(EventKind::password_reset_requested) == 1);
  BOOST_TEST(house.events_of(EventKind::password_reset) == 1);
  BOOST_TEST(house.letters().size() == 1U);  // that it was done
}

BOOST_AUTO_TEST_CASE(a_link_works_once) {
  WithMail house;
  const auto first = house.link();
  const auto second = house.link();
  BOOST_TEST(!house.reset(first).has_value());
  BOOST_TEST((house.reset(first, "yet another pass phrase") == ResetRefusal::bad_link));
  BOOST_TEST((house.reset(second, "yet another pass phrase") == ResetRefusal::bad_link));
  BOOST_TEST(signs_in(house, new_password));
}

BOOST_AUTO_TEST_CASE(a_link_ends_after_an_hour_and_with_what_it_is_bound_to) {
  WithMail house;
  const auto old = house.link();
  house.now += std::chrono::hours{1};
  BOOST_TEST((house.reset(old) == ResetRefusal::bad_link));
  const auto token = house.link();
  BOOST_REQUIRE(house.store.end_all_sessions(house.ada.id, house.now));
  BOOST_TEST((house.reset(token) == ResetRefusal::bad_link));
  BOOST_TEST((house.reset("") == ResetRefusal::bad_link));
  BOOST_TEST((house.reset(std::string(100, 'A')) == ResetRefusal::bad_link));
}

BOOST_AUTO_TEST_CASE(a_password_that_is_none_leaves_the_link_good) {
  WithMail house;
  const auto token = house.link();
  BOOST_TEST((house.reset(token, "short") == ResetRefusal::too_short));
  BOOST_TEST((house.reset(token, std::string(2000, 'x')) == ResetRefusal::too_long));
  BOOST_TEST((house.reset(token, "\xFF\xFE not any text") == ResetRefusal::not_text));
  BOOST_TEST(!house.reset(token).has_value());
}

BOOST_AUTO_TEST_CASE(an_account_without_a_password_gets_its_first_one) {
  WithMail house;
  BOOST_REQUIRE(house.store.set_password(house.ada.id, "", house.now));
  BOOST_TEST(!house.reset(house.link()).has_value());
  BOOST_TEST(signs_in(house, new_password));
}

BOOST_AUTO_TEST_CASE(whoever_is_unknown_or_disabled_gets_no_mail_and_the_same_answer) {
  WithMail house;
  const auto calls_for = [&house](const std::string& email) {
    const auto before = house.store.calls();
    const auto writes = house.store.writes().total();
    BOOST_TEST(!house.forget(email).has_value());
    return std::pair{house.store.calls() - before, house.store.writes().total() - writes};
  };
  const auto known = calls_for("ada@example.com");
  BOOST_TEST(house.letters().size() == 1U);
  BOOST_TEST((calls_for("nobody@example.com") == known));
  BOOST_REQUIRE(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST((calls_for("ada@example.com") == known));
  BOOST_TEST(house.letters().empty());
  BOOST_TEST(!house.forget("no address").has_value());
}

BOOST_AUTO_TEST_CASE(one_address_gets_a_few_mails_and_one_network_asks_a_few_times) {
  WithMail house;
  for (int i = 0; i < 10; ++i) BOOST_TEST(!house.forget().has_value());
  BOOST_TEST(house.letters().size() == 3U);
  for (int i = 10; i < 20; ++i) (void)house.forget("someone@example.com");
  BOOST_TEST(house.forget("other@example.com").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
