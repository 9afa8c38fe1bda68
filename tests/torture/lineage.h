// What the races are run with: sessions, what their owners hold, and what is done to them.
#pragma once

#include <optional>
#include <string>

#include "auth/session/grant.h"
#include "torture/jar.h"
#include "web/http.h"

namespace cardea::torture {

enum class Scene { refreshes, sign_out, password, theft };

// One session, and what its owner holds.
struct Lineage {
  User user;
  Pair current;
  Pair spent;  // two moves ago, once `moves` says so
  int moves = 0;
  Scene scene = Scene::refreshes;
};

enum class Deed { refresh, refresh_spent, sign_out, change_password };

struct Item {
  Lineage* lineage = nullptr;
  Deed deed = Deed::refresh;
  milliseconds jitter{0};
  // The answer.
  int status = 0;  // of a password change: 204
  std::string reason;
  std::optional<Pair> pair;
};

// What a sign-in has handed out.
[[nodiscard]] Pair pair_of(const Grant& grant);

// The presentation, as the owner's browser sends it to that site. Not for change_password.
[[nodiscard]] Request request_of(const Item& item, Instant now, const std::string& site);

}  // namespace cardea::torture
