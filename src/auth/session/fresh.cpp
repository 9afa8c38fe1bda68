#include "auth/session/fresh.h"

namespace cardea {
namespace {

constexpr std::chrono::minutes clock_difference{1};  // between the hosts of one site

}  // namespace

bool is_fresh(const Session& session, const Settings& settings, Instant now) {
  const auto age = now - session.authenticated_at;
  return session.authenticated_at != never && age <= settings.factors.fresh && age >= -clock_difference;
}

}  // namespace cardea
