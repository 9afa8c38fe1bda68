#include "torture/jar.h"

#include "base/encoding.h"
#include "support/browser.h"

namespace cardea::torture {
namespace {

constexpr std::size_t session_at = 2;  // in a refresh token's bytes: version, key, session, generation
constexpr std::size_t generation_at = 18;
constexpr std::size_t generation_end = 22;

}  // namespace

std::string Jar::cookie_header() const {
  if (!pair_) return "";
  return std::string(testing::access_cookie) + "=" + pair_->access + "; " +
         std::string(testing::refresh_cookie) + "=" + pair_->refresh;
}

void Jar::make_key(const std::string& fresh) {
  if (key_.empty()) key_ = fresh;
}

void Jar::begin(const Pair& pair) {
  pair_ = pair;
  key_.clear();
  under_way_.clear();
}

void Jar::arrive(const Answer& answer) {
  if (!pair_ || pair_->session != answer.pair.session) return;
  if (answer.key == key_) key_.clear();
  if (answer.pair.generation >= pair_->generation) pair_ = answer.pair;
}

void Jar::deliver(std::size_t which) {
  if (under_way_.empty()) return;
  const auto at = under_way_.begin() + static_cast<std::ptrdiff_t>(which % under_way_.size());
  const auto answer = *at;
  under_way_.erase(at);
  arrive(answer);
}

void Jar::lose(const SessionId& session) {
  if (pair_ && pair_->session == session) pair_.reset();
}

void Jar::copy_from(const Jar& other) {
  pair_ = other.pair_;
  under_way_.clear();
}

std::optional<Pair> pair_of(const Response& response) {
  Pair pair{.access = testing::cookie_of(response, testing::access_cookie).value,
            .refresh = testing::cookie_of(response, testing::refresh_cookie).value,
            .session = {},
            .generation = 0};
  const auto bytes = base64url_decode(pair.refresh);
  if (pair.access.empty() || !bytes || bytes->size() < generation_end) return std::nullopt;
  pair.session = SessionId::of_bytes(std::string_view(*bytes).substr(session_at, 16));
  for (auto at = generation_at; at < generation_end; ++at)
    pair.generation = pair.generation << 8U | static_cast<std::uint8_t>((*bytes)[at]);
  return pair;
}

}  // namespace cardea::torture
