#include "cli/tools.h"

#include <filesystem>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace cardea {

namespace {

constexpr milliseconds hashing_patience{5000};

}  // namespace

Tools::Tools(Settings settings, Instant now, Entropy& entropy, StoreFactory make_store)
    : settings_(std::move(settings)),
      now_(now),
      entropy_(entropy),
      make_store_(std::move(make_store)),
      revoked_(settings_.tokens.revocations, revocations_kept(settings_.tokens)) {}

Store& Tools::store() {
  if (!store_) store_ = make_store_(settings_.database);
  return *store_;
}

Passwords& Tools::passwords() {
  if (!passwords_) {
    const std::string& directory = settings_.tokens.keys;
    if (!std::filesystem::is_directory(directory))
      throw std::runtime_error("there is no key directory " + directory + " yet; `cardea key new` makes it");
    gate_.emplace(directory + "/hashing.lock", settings_.password.concurrency, hashing_patience);
    passwords_.emplace(settings_.password, *gate_);
  }
  return *passwords_;
}

bool Tools::end_sessions(const Ending& ending, std::ostream& err) {
  const bool done = cardea::end_sessions(ending, {.store = store(), .revoked = revoked_, .now = now_});
  if (const auto trouble = revoked_.take_trouble(); !trouble.empty()) err << "cardea: " << trouble << '\n';
  return done;
}

void Tools::record(EventKind kind, const UserId& user, std::string_view detail) {
  store().add_event(event_of(kind, user, detail));
}

void Tools::record(EventKind kind, const Session& session, std::string_view detail) {
  Event event = event_of(kind, session.user, detail);
  event.session = session.id;
  store().add_event(event);
}

Event Tools::event_of(EventKind kind, const UserId& user, std::string_view detail) {
  Event event;
  event.id = EventId::make(now_, entropy_);
  event.at = now_;
  event.kind = kind;
  event.user = user;
  event.detail = detail;
  return event;
}

}  // namespace cardea
