#include <boost/test/unit_test.hpp>

#include "command_case.h"

using namespace cardea;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Ada with a phone that is signed in and a tablet whose session is over.
struct WithDevices : CommandCase {
  WithDevices() {
    install();
    user = add_user("ada@example.com");
    phone = add_session("phone", now + seconds{3600});
    tablet = add_session("tablet", now - seconds{1});
  }

  SessionId add_session(const std::string& device, Instant end) {
    SystemEntropy entropy;
    Session session;
    session.id = SessionId::make(now, entropy);
    session.user = *UserId::of_text(user);
    session.device_id = device;
    session.device_name = "Ada's " + device;
    session.method = "password";
    session.user_agent = "Mozilla\x1b[31m";
    session.ip = "192.0.2.7";
    session.created_at = now;
    session.idle_until = end;
    store()->add_session(session);
    return session.id;
  }

  std::string user;
  SessionId phone;
  SessionId tablet;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_device)

BOOST_AUTO_TEST_CASE(only_devices_that_are_signed_in_are_listed_unless_all_are_wanted) {
  WithDevices cardea;
  const Json devices = cardea.run({"device", "list", "ada@example.com", "--json"}).json();
  BOOST_TEST_REQUIRE(devices.size() == 1U);
  BOOST_TEST(devices[0]["id"] == "phone");
  BOOST_TEST(devices[0]["session"] == cardea.phone.text());
  BOOST_TEST(devices[0]["signed_in"] == true);
  BOOST_TEST(devices[0]["ip"] == "192.0.2.7");
  BOOST_TEST(devices[0]["last_seen_at"] == rfc3339(cardea.now));
  const Json all = cardea.run({"device", "list", cardea.user, "--all", "--json"}).json();
  BOOST_TEST_REQUIRE(all.size() == 2U);
  BOOST_TEST(cardea.run({"user", "show", cardea.user, "--json"}).json()["devices"] == 1);
  BOOST_TEST((cardea.run({"device", "list", "bob@example.com"}).code == ExitCode::refused));
}

BOOST_AUTO_TEST_CASE(a_stranger_s_user_agent_cannot_command_the_terminal) {
  WithDevices cardea;
  const Ran ran = cardea.run({"device", "list", cardea.user});
  BOOST_TEST(has(ran.out, "Mozilla?[31m"), ran.out);
  BOOST_TEST(!has(ran.out, "\x1b"));
}

BOOST_AUTO_TEST_CASE(a_device_is_signed_out_by_session_or_by_device_and_user) {
  for (const bool by_session : {true, false}) {
    WithDevices cardea;
    const std::vector<std::string> command =
        by_session ? std::vector<std::string>{"device", "revoke", cardea.phone.text()}
                   : std::vector<std::string>{"device", "revoke", "phone", "--user", "ada@example.com"};
    cardea.now += seconds{1};
    const Ran ran = cardea.run(command);
    BOOST_TEST((ran.code == ExitCode::done), ran.err);
    BOOST_TEST(has(ran.out, cardea.phone.text()));
    const auto state = cardea.store()->session(cardea.phone, Freshness::plain);
    BOOST_TEST(unix_milliseconds(state->session.revoked_at) == unix_milliseconds(cardea.now));
    BOOST_TEST((state->session.revoke_reason == RevokeReason::administrator));
    const Json events = cardea.run({"events", "--limit", "1", "--json"}).json();
    BOOST_TEST(events[0]["kind"] == "device_signed_out");
    BOOST_TEST(events[0]["session"] == cardea.phone.text());
    BOOST_TEST(events[0]["user"] == cardea.user);
    BOOST_TEST((cardea.run(command).code == ExitCode::refused));
    const Json all = cardea.run({"device", "list", cardea.user, "--all", "--json"}).json();
    BOOST_TEST(has(all.dump(), "ended by an administrator"));
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_signed_in_cannot_be_signed_out) {
  WithDevices cardea;
  cardea.add_user("bob@example.com");
  struct Row {
    std::vector<std::string> arguments;
    ExitCode code;
    std::string why;
  };
  const std::vector<Row> rows{
      {{"tablet", "--user", "ada@example.com"}, ExitCode::refused, "no signed-in device is called tablet"},
      {{cardea.tablet.text()}, ExitCode::refused, "device ids need --user"},
      {{"phone", "--user", "bob@example.com"}, ExitCode::refused, "no signed-in device"},
      {{cardea.phone.text(), "--user", "bob@example.com"}, ExitCode::refused, "no signed-in device"},
      {{"phone", "--user", "nobody@example.com"}, ExitCode::refused, "there is no user nobody@example.com"},
      {{"phone"}, ExitCode::usage, "--user EMAIL|ID"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> arguments{"device", "revoke"};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    const Ran ran = cardea.run(arguments);
    BOOST_TEST((ran.code == row.code), row.why);
    BOOST_TEST(has(ran.err, row.why), ran.err);
  }
  const auto state = cardea.store()->session(cardea.phone, Freshness::plain);
  BOOST_TEST((state->session.revoked_at == never));
}

BOOST_AUTO_TEST_SUITE_END()
