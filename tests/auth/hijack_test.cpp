// The story that registration by mail makes possible, in every order of its steps: a stranger registers somebody's address,
// connects a provider, changes the address and undoes changes; its owner resets the password, signs in by a provider, and
// opens every link that arrives. Once the owner was in the account, no stranger is in it, and nothing that the stranger
// still holds leads back.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "auth/account/address.h"
#include "auth/account/password.h"
#include "auth/account/providers.h"
#include "auth/account/registration.h"
#include "auth/account/sign_in.h"
#include "auth/account/verification.h"
#include "auth/letters_in.h"
#include "support/house.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::string_view strangers_password = "the phrase of a stranger";
constexpr std::string_view owners_password = "the phrase of the owner";

// One order: addresses, devices and networks of its own, so that all can share a house.
class Story {
 public:
  Story(House& house, int number)
      : house_(house),
        victim_("v" + std::to_string(number) + "@example.com"),
        stranger_("s" + std::to_string(number) + "@example.net"),
        number_(number) {}

  // By the stranger.
  void register_address() {
    const auto outcome = register_user({.email = victim_,
                                        .password = Secret::copy_of(strangers_password),
                                        .name = "Mallory",
                                        .device = {.id = "stranger", .name = ""}},
                                       as(stranger_network), house_.deps());
    if (const auto* grant = std::get_if<Grant>(&outcome)) session_ = grant->session.id;
  }
  void link() {
    if (const auto state = strangers_session())
      (void)link_identity(*state, person("evil", ""), as(stranger_network), house_.deps());
  }
  // To the stranger's own address, which they can prove; then back to the victim's, which they cannot.
  void change() {
    if (const auto state = strangers_session())
      (void)request_address_change(stranger_, *state, as(stranger_network), house_.deps());
    open_strangers_mail();
    if (const auto state = strangers_session())
      (void)request_address_change(victim_, *state, as(stranger_network), house_.deps());
  }
  void undo() { open_strangers_mail(); }

  // By the owner of the address.
  void reset() {
    (void)request_password_reset(victim_, as(owner_network), house_.deps());
    for (const auto& letter : mail_of(victim_))
      if (page_in(letter) == "reset")
        note(!reset_password(link_in(letter), Secret::copy_of(owners_password), as(owner_network),
                             house_.deps())
                  .has_value());
  }
  void provider() {
    const auto outcome = sign_in_by_provider(person("good", victim_), {.id = "owner", .name = ""},
                                             as(owner_network), house_.deps());
    note(std::holds_alternative<Grant>(outcome));
  }
  // Opens every link that arrived, in a browser of their own.
  void verify() {
    for (const auto& letter : mail_of(victim_)) {
      const auto page = page_in(letter);
      if (page == "verify")
        note(std::holds_alternative<Verified>(verify_address({.proof = link_in(letter),
                                                              .signed_in = {},
                                                              .mark = {},
                                                              .password = {},
                                                              .chosen = Secret::copy_of(owners_password),
                                                              .device = {.id = "owner", .name = ""}},
                                                             as(owner_network), house_.deps())));
      if (page == "confirm")
        (void)confirm_address_change(
            {.proof = link_in(letter), .signed_in = {}, .password = Secret::copy_of(owners_password)},
            as(owner_network), house_.deps());
    }
  }

  // What is wrong at the end; empty if nothing is.
  std::string wrong() {
    if (!owned_) return "";
    for (const auto& attack : {&Story::open_strangers_mail, &Story::nothing}) {
      (this->*attack)();
      const auto user = house_.store.user_by_id(*owned_);
      if (!user) return "the account is gone";
      if (user->email.typed != victim_) return "the account has another address";
      if (const auto what = strangers_way_into(*user); !what.empty()) return what;
    }
    reset();
    return gets_in(victim_, owners_password) || has_no_password() ? "" : "the owner does not get in";
  }

 private:
  static constexpr int stranger_network = 1;
  static constexpr int owner_network = 2;

  [[nodiscard]] Caller as(int network) const {
    auto caller = house_.caller();
    caller.address = *parse_address("10." + std::to_string(network) + "." + std::to_string(number_ / 250) +
                                    "." + std::to_string(number_ % 250));
    return caller;
  }
  [[nodiscard]] Person person(const std::string& who, const std::string& email) const {
    return {.issuer = "https://accounts.google.com",
            .subject = who + std::to_string(number_),
            .provider = "google",
            .email = parse_email(email),
            .name = ""};
  }
  [[nodiscard]] std::optional<SessionState> strangers_session() const {
    auto state = session_ ? house_.store.session(*session_, Freshness::causal) : std::nullopt;
    if (!state || standing_of(*state, house_.now) != Standing::stands) return std::nullopt;
    return state;
  }
  // All that arrived there so far, in every call again: a reader may open a letter at any time.
  const std::vector<Letter>& mail_of(const std::string& address) {
    for (auto& letter : house_.letters()) mail_[letter.to].push_back(std::move(letter));
    return mail_[address];
  }
  void open_strangers_mail() {
    for (const auto& letter : mail_of(stranger_)) {
      const auto page = page_in(letter);
      const auto state = strangers_session();
      if (page == "confirm")
        (void)confirm_address_change({.proof = link_in(letter),
                                      .signed_in = state ? std::optional{state->user.id} : std::nullopt,
                                      .password = Secret::copy_of(strangers_password)},
                                     as(stranger_network), house_.deps());
      if (page == "undo") (void)undo_address_change(link_in(letter), as(stranger_network), house_.deps());
    }
  }
  void nothing() {}
  // The owner was in the account that has the address.
  void note(bool came_in) {
    const auto user = house_.store.user_by_email(victim_);
    if (came_in && user) owned_ = user->id;
  }
  bool gets_in(const std::string& email, std::string_view password) {
    const auto outcome = sign_in(
        {.login = email, .password = Secret::copy_of(password), .device = {.id = "probe", .name = ""}}, as(3),
        house_.deps());
    const auto* grant = std::get_if<Grant>(&outcome);
    return grant != nullptr && grant->user.id == *owned_;
  }
  // In some orders the letters of an hour are used up, and the owner signs in by the provider only.
  bool has_no_password() {
    const auto user = house_.store.user_by_id(*owned_);
    return user && user->password_hash.empty();
  }
  std::string strangers_way_into(const User& user) {
    const auto state = strangers_session();
    if (state && state->user.id == user.id) return "the stranger's session stands";
    if (gets_in(victim_, strangers_password)) return "the stranger's password opens it";
    if (gets_in(stranger_, strangers_password)) return "the stranger's address opens it";
    const auto by_provider = sign_in_by_provider(person("evil", ""), {.id = "probe", .name = ""},
                                                 as(stranger_network), house_.deps());
    const auto* grant = std::get_if<Grant>(&by_provider);
    if (grant != nullptr && grant->user.id == user.id) return "the stranger's provider opens it";
    if (user.name == "Mallory") return "the stranger's name is left";
    return "";
  }

  House& house_;
  std::string victim_, stranger_;
  int number_;
  std::optional<SessionId> session_;
  std::optional<UserId> owned_;
  std::map<std::string, std::vector<Letter>> mail_;
};

struct Step {
  std::string_view name;
  void (Story::*act)();
};
constexpr std::array<Step, 7> steps{{{"register", &Story::register_address},
                                     {"link", &Story::link},
                                     {"reset", &Story::reset},
                                     {"provider", &Story::provider},
                                     {"verify", &Story::verify},
                                     {"change", &Story::change},
                                     {"undo", &Story::undo}}};

// All 5,040 orders. Returns how many of them brought the owner into an account.
void tell_in_every_order(VerifyEmail mode) {
  House house;
  house.settings.mail.from = "noreply@example.com";
  house.settings.verify_email = mode;
  std::array<std::size_t, steps.size()> order{};
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  int number = 0;
  do {
    Story story(house, number++);
    std::string told;
    for (const auto step : order) {
      told.append(told.empty() ? "" : ", ").append(steps[step].name);
      (story.*steps[step].act)();
      house.now += milliseconds{1};
    }
    const auto wrong = story.wrong();
    BOOST_TEST(wrong.empty(), told << ": " << wrong);
  } while (std::next_permutation(order.begin(), order.end()));
  BOOST_TEST(number == 5040);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hijack)

BOOST_AUTO_TEST_CASE(a_stranger_is_never_in_after_the_owner_with_later) {
  tell_in_every_order(VerifyEmail::later);
}

BOOST_AUTO_TEST_CASE(a_stranger_is_never_in_after_the_owner_with_first) {
  tell_in_every_order(VerifyEmail::first);
}

BOOST_AUTO_TEST_SUITE_END()
