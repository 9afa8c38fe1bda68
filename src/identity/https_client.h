// HTTP/1.1 over TLS, as little of it as talking to a provider takes. It stands on the OpenSSL that the
// program holds anyway: libcurl would bring GSSAPI, LDAP, SSH and six libraries more, or stop the program
// from being one file.
#pragma once

#include "identity/http.h"

namespace cardea {

class HttpsClient final : public Http {
 public:
  // Takes http_patience at most, plus what the system's resolver takes. A header that holds a line break is
  // our bug and throws std::logic_error.
  std::variant<HttpAnswer, HttpFailure> call(const HttpCall& call) override;
};

}  // namespace cardea
