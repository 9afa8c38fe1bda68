#include "torture/lineage.h"

#include "support/browser.h"
#include "web/cookies.h"

namespace cardea::torture {

Pair pair_of(const Grant& grant) {
  return {.access = std::string(grant.access_token.reveal()),
          .refresh = std::string(grant.refresh_token.reveal()),
          .session = grant.session.id,
          .generation = grant.session.generation};
}

Request request_of(const Item& item, Instant now, const std::string& site) {
  const auto& pair = item.deed == Deed::refresh_spent ? item.lineage->spent : item.lineage->current;
  Request request;
  request.now = now;
  request.method = "POST";
  request.path = item.deed == Deed::sign_out ? "/auth/logout" : "/auth/refresh";
  request.original_uri = request.path;
  request.secure = true;
  request.client = *parse_address("192.0.2.7");
  request.headers = {{"sec-fetch-site", "same-origin"},
                     {"origin", site},
                     {"cookie", std::string(testing::access_cookie) + "=" + pair.access + "; " +
                                    std::string(testing::refresh_cookie) + "=" + pair.refresh}};
  request.cookies = parse_cookies(request.header("cookie"));
  return request;
}

}  // namespace cardea::torture
