#include "setup/install.h"

#include <boost/test/unit_test.hpp>

#include "config/load.h"
#include "config/private_file.h"
#include "keys/ring.h"
#include "password/password.h"
#include "password/slots.h"
#include "setup/scene.h"
#include "store/sql/migrate.h"
#include "store/store.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

// Stands for a process that was killed: nothing in install() catches it.
struct Killed {};

constexpr auto step_count = static_cast<int>(InstallStep::count);

struct Owner {
  Uploaded host;
  SystemEntropy entropy;

  Installation installation(std::string_view password = admin_password) {
    Answers answers;
    answers.url = "https://example.com";
    answers.database = DatabaseKind::sqlite;
    answers.path = host.program() + "/data/cardea.db";
    answers.email = "owner@example.com";
    answers.admin_password = Secret::copy_of(password);
    auto checked = check_answers(answers, {"/auth", host.public_html(), host.place(), Language::en});
    if (const auto* problems = std::get_if<AnswerProblems>(&checked))
      throw std::logic_error(problems->front().text);
    return std::get<Installation>(std::move(checked));
  }

  std::optional<InstallFailure> run(const Installation& installation,
                                    std::function<void(InstallStep)> after = {}) {
    return install(installation, {entropy, host.now, std::move(after)});
  }

  void run_killed_after(InstallStep last) {
    const auto kill = [last](InstallStep step) {
      if (step == last) throw Killed{};
    };
    BOOST_CHECK_THROW((void)run(installation("a password of an earlier try"), kill), Killed);
  }

  Settings settings() {
    auto loaded = load_settings(host.config());
    if (auto* read = std::get_if<Settings>(&loaded)) return std::move(*read);
    throw std::logic_error(std::get<std::vector<ConfigError>>(loaded).front().text());
  }
};

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
}

// One administrator who signs in with that password, keys, and everything closed.
void check_complete(Owner& owner) {
  const auto settings = owner.settings();
  BOOST_TEST(mode_of(owner.host.config()) == 0600U);
  BOOST_TEST(!std::filesystem::exists(owner.host.place().draft()));
  BOOST_TEST(is_closed(owner.host.place()));
  BOOST_TEST(was_set_up(settings.database));
  const auto store = open_store(settings.database);
  const auto users = store->users(std::nullopt, 10);
  BOOST_REQUIRE(users.size() == 1U);
  BOOST_TEST(users[0].scope == "cardea:admin");
  HashingSlots slots(settings.tokens.keys + "/hashing.lock", settings.password.concurrency,
                     milliseconds{5000});
  Passwords passwords(settings.password, slots);
  BOOST_TEST(
      (passwords.check(Secret::copy_of(admin_password), users[0].password_hash) == PasswordVerdict::right));
  const KeyRing ring(settings.tokens.keys, settings.tokens.algorithm, owner.host.now);
  BOOST_TEST(ring.signing_keys().size() == 1U);
  BOOST_TEST(ring.refresh_keys().size() == 1U);
  BOOST_TEST(mode_of(owner.host.program() + "/keys.json") == 0644U);
  std::ifstream php(owner.host.program() + "/php.json");
  std::string text;
  std::getline(php, text);
  BOOST_TEST(text.find("\"url\":\"https://example.com\"") != std::string::npos, text);
  BOOST_TEST(text.find("\"revocations\":\"" + settings.tokens.revocations + "\"") != std::string::npos, text);
  BOOST_TEST(std::filesystem::exists(settings.tokens.revocations));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(installing)

BOOST_AUTO_TEST_CASE(everything_is_made_and_the_configuration_comes_last) {
  Owner owner;
  std::vector<InstallStep> steps;
  const auto failure = owner.run(owner.installation(), [&](InstallStep step) {
    steps.push_back(step);
    BOOST_TEST(std::filesystem::exists(owner.host.config()) == (step == InstallStep::config));
  });
  BOOST_TEST(!failure.has_value());
  BOOST_TEST(steps.size() == static_cast<std::size_t>(step_count));
  check_complete(owner);
}

BOOST_AUTO_TEST_CASE(the_server_is_adapted_before_the_configuration_is_there_and_after_what_php_needs) {
  Owner owner;
  int calls = 0;
  const auto failure = install(owner.installation(),
                               {owner.entropy, owner.host.now, {}, [&] {
                                  ++calls;
                                  BOOST_TEST(!std::filesystem::exists(owner.host.config()));
                                  BOOST_TEST(std::filesystem::exists(owner.host.program() + "/php.json"));
                                }});
  BOOST_TEST(!failure.has_value());
  BOOST_TEST(calls == 1);
  check_complete(owner);
}

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_after_any_step_leaves_what_the_owner_finishes) {
  for (int last = 0; last + 1 < step_count; ++last) {
    Owner owner;
    owner.run_killed_after(static_cast<InstallStep>(last));
    BOOST_TEST(!std::filesystem::exists(owner.host.config()), last);
    BOOST_TEST(!is_closed(owner.host.place()), last);
    BOOST_TEST(!owner.run(owner.installation()).has_value(), last);
    check_complete(owner);
  }
}

BOOST_AUTO_TEST_CASE(killed_after_the_last_step_it_is_finished_and_closed) {
  Owner owner;
  owner.run_killed_after(InstallStep::config);
  BOOST_TEST(is_closed(owner.host.place()));
  BOOST_TEST(owner.settings().site.url == "https://example.com");
}

BOOST_AUTO_TEST_CASE(a_second_process_at_the_same_time_is_told_so_and_writes_nothing) {
  Owner owner;
  const auto installation = owner.installation();
  const auto failure = owner.run(installation, [&](InstallStep step) {
    if (step != InstallStep::draft) return;
    const auto second = owner.run(owner.installation("a password of another tab"));
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST(second->is_busy);
  });
  BOOST_TEST(!failure.has_value());
  check_complete(owner);
}

BOOST_AUTO_TEST_CASE(a_form_that_is_sent_again_after_the_end_changes_nothing) {
  Owner owner;
  const auto installation = owner.installation();
  const auto late = owner.installation("a password of another tab");
  BOOST_TEST(!owner.run(installation).has_value());
  BOOST_TEST(!owner.run(late).has_value());
  check_complete(owner);
}

BOOST_AUTO_TEST_CASE(a_step_that_fails_is_named_and_can_be_repeated) {
  Owner owner;
  const auto installation = owner.installation();
  owner.host.put(owner.host.program() + "/keys", "a file where the folder should be");
  const auto failure = owner.run(installation);
  BOOST_REQUIRE(failure.has_value());
  BOOST_TEST((failure->step == InstallStep::keys));
  BOOST_TEST(failure->why.find("keys") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(owner.host.config()));
  std::filesystem::remove(owner.host.program() + "/keys");
  BOOST_TEST(!owner.run(installation).has_value());
  check_complete(owner);
}

BOOST_AUTO_TEST_CASE(a_database_that_was_set_up_before_is_refused) {
  Owner owner;
  BOOST_TEST(!owner.run(owner.installation()).has_value());
  std::filesystem::remove(owner.host.config());
  std::filesystem::remove(owner.host.place().marker());
  BOOST_CHECK_THROW((void)owner.installation(), std::logic_error);
  // Unless /repair has opened set-up again.
  owner.host.put(owner.host.place().draft(), "; opened again\n", 0600);
  BOOST_TEST(!owner.run(owner.installation()).has_value());
  check_complete(owner);
}

BOOST_AUTO_TEST_CASE(a_pointer_tells_the_program_where_the_configuration_is) {
  Owner owner;
  auto installation = owner.installation();
  installation.place.pointer = owner.host.program() + "/cardea-config.txt";
  BOOST_TEST(!owner.run(installation).has_value());
  const auto read = read_private_file(installation.place.pointer);
  BOOST_TEST(std::get<std::string>(read) == owner.host.config() + "\n");
}

BOOST_AUTO_TEST_CASE(an_account_of_that_address_becomes_the_administrator_and_keeps_its_scopes) {
  Owner owner;
  auto installation = owner.installation();
  std::filesystem::create_directory(owner.host.program() + "/data");
  (void)migrate(installation.settings.database, owner.host.now);
  {
    const auto store = open_store(installation.settings.database);
    User user;
    user.id = UserId::make(owner.host.now, owner.entropy);
    user.email = installation.email;
    user.scope = "shop";
    user.created_at = owner.host.now;
    BOOST_TEST(store->add_user(user));
  }
  BOOST_TEST(!owner.run(installation).has_value());
  const auto store = open_store(owner.settings().database);
  const auto user = store->user_of(installation.email);
  BOOST_REQUIRE(user.has_value());
  BOOST_TEST(user->scope == "shop cardea:admin");
  BOOST_TEST(user->epoch == 1);
}

BOOST_AUTO_TEST_CASE(only_an_administrator_gets_a_new_password) {
  Owner owner;
  const auto installation = owner.installation("a password of an earlier try");
  BOOST_TEST(!owner.run(installation).has_value());
  const auto settings = owner.settings();
  const auto store = open_store(settings.database);
  User user;
  user.id = UserId::make(owner.host.now, owner.entropy);
  user.email = *parse_email("bob@example.com");
  user.created_at = owner.host.now;
  BOOST_TEST(store->add_user(user));
  const auto set = [&](std::string_view email) {
    return set_administrator_password(settings, *parse_email(email), Secret::copy_of(admin_password),
                                      {owner.entropy, owner.host.now});
  };
  BOOST_TEST(!set("bob@example.com"));
  BOOST_TEST(!set("nobody@example.com"));
  BOOST_TEST(set("owner@example.com"));
  BOOST_TEST(store->user_of(installation.email)->epoch == 1);
}

BOOST_AUTO_TEST_CASE(each_step_has_words_in_every_language) {
  for (int step = 0; step < step_count; ++step)
    for (const auto language : languages)
      BOOST_TEST(!step_in_words(static_cast<InstallStep>(step), language).empty());
}

BOOST_AUTO_TEST_SUITE_END()
