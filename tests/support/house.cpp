#include "support/house.h"

#include <algorithm>
#include <stdexcept>

#include "auth/session/end.h"
#include "base/digest.h"

namespace cardea::testing {
namespace {

constexpr std::chrono::hours hour{1};
constexpr milliseconds patience{60'000};

// Keys that were there before the clock of any test began.
Settings with_keys(const std::string& directory, Entropy& entropy) {
  const Instant from = noon - 24 * hour;
  create_signing_key(directory, Algorithm::es256, from, entropy);
  create_refresh_key(directory, from, entropy);
  return usual_settings(directory);
}

}  // namespace

void CountingEntropy::fill(std::span<std::uint8_t> out) {
  for (std::size_t filled = 0; filled < out.size();) {
    const auto block = sha256("draw " + std::to_string(++drawn_));
    const auto count = std::min(block.size(), out.size() - filled);
    std::copy_n(block.begin(), count, out.begin() + static_cast<std::ptrdiff_t>(filled));
    filled += count;
  }
}

Settings usual_settings(const std::string& key_directory) {
  Settings settings;
  settings.site.url = "https://example.com";
  settings.site.mount = "/auth";
  settings.site.name = "example.com";
  settings.site.sign_in_page = "/login";
  settings.tokens.access_ttl = std::chrono::minutes{30};
  settings.tokens.refresh_ttl = 30 * 24 * hour;
  settings.tokens.session_max = 365 * 24 * hour;
  settings.tokens.rotation_grace = seconds{10};
  settings.tokens.keys = key_directory;
  settings.tokens.revocations = key_directory + "/revoked";
  settings.tokens.issuer = settings.site.url;
  settings.tokens.clock_skew = seconds{60};
  settings.tokens.revocation_poll = seconds{5};
  settings.cookies.access_path = "/";
  settings.cookies.refresh_path = "/auth";
  settings.password.memory = 64 * 1024;
  settings.password.iterations = 1;
  settings.limits.body = 64 * 1024;
  settings.limits.account_failures = {.failures = 5, .window = std::chrono::minutes{15}};
  settings.limits.address_failures = {.failures = 100, .window = std::chrono::minutes{15}};
  settings.limits.address_registrations = {.failures = 10, .window = hour};
  settings.limits.network_registrations = {.failures = 30, .window = hour};
  return settings;
}

House::Thread::Thread(House& house)
    : house_(house),
      clock_(house),
      keys_(house.settings.tokens.keys, house.settings.tokens.algorithm, house.now),
      revoked_(house.settings.tokens.revocations, revocations_kept(house.settings.tokens)),
      passwords_(house.settings.password, house.gate_) {}

Deps House::Thread::deps() {
  return {.settings = house_.settings,
          .store = house_.store,
          .keys = keys_,
          .revoked = revoked_,
          .passwords = passwords_,
          .entropy = house_.entropy,
          .letters = letters_,
          .http = house_.http,
          .verified = &verified_,
          .clock = &clock_};
}

House::House()
    : directory_("house"),
      settings(with_keys(directory_.path(), entropy)),
      gate_(directory_.file("hashing.lock"), 1, patience),
      own_(*this) {}

Deps House::deps() {
  return own_.deps();
}

Caller House::caller() const {
  return {.now = now, .address = *parse_address("192.0.2.7"), .user_agent = "Test/1.0"};
}

std::vector<Letter> House::letters(std::string* trouble) {
  std::vector<Letter> arrived;
  const auto own = deps();
  const auto said = send_due_letters(
      {.parts = {settings, store, own.keys}, .clock = *own.clock, .deliver = [&](const Letter& letter) {
         if (mail_server == Outcome::taken) arrived.push_back(letter);
         return Delivery{.outcome = mail_server, .why = "as the test says", .said = {}};
       }});
  if (trouble != nullptr) *trouble = said;
  return arrived;
}

User House::add_user(const std::string& email, std::string_view password) {
  User user;
  user.id = UserId::make(now, entropy);
  user.email = {email, email};
  user.name = "Ada";
  user.password_hash = deps().passwords.hash(Secret::copy_of(password)).value();
  user.created_at = now;
  if (!store.add_user(user)) throw std::logic_error("the e-mail is in use");
  return user;
}

Grant House::start(const User& user, const std::string& device_id) {
  return std::get<Grant>(
      start_session(user_of(user), {.id = device_id, .name = ""}, "password", caller(), deps()));
}

SessionState House::state_of(const SessionId& id) {
  return store.session(id, Freshness::causal).value();
}

User House::user_of(const User& user) {
  return store.user_by_id(user.id).value();
}

int House::events_of(EventKind kind) {
  const auto all = store.events({.user = {}, .since = never, .limit = 1'000'000});
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [&](const Event& e) { return e.kind == kind; }));
}

PresentedTokens by_cookie(const Grant& grant) {
  return {.access = {{TokenPlace::cookie, std::string(grant.access_token.reveal())}},
          .refresh = {{TokenPlace::cookie, std::string(grant.refresh_token.reveal())}}};
}

PresentedTokens by_body(const Grant& grant) {
  return {.access = {}, .refresh = {{TokenPlace::body, std::string(grant.refresh_token.reveal())}}};
}

}  // namespace cardea::testing
