#include "web/handlers/handlers.h"

namespace cardea {

// The public keys, those of the future included, so that whoever keeps them for max-age knows a new key
// before it signs.
Response handle_jwks(const Call& call) {
  Response response;
  response.set("Content-Type", "application/jwk-set+json");
  response.set("Cache-Control", "public, max-age=300");
  response.body = call.deps.keys.jwks();
  return response;
}

}  // namespace cardea
