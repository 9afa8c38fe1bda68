// Sockets on which FastCGI requests arrive.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/descriptor.h"

namespace cardea {

// True if descriptor 0 is a listening socket: a web server (or spawn-fcgi, or systemd's Socket=) started us.
[[nodiscard]] bool is_listening_socket(int descriptor);

struct ListenError {
  std::string message;
};

// where: "unix:/path" (an old socket file that nobody listens on is replaced; permissions as given, e.g.
// 0660: who can write to the socket can ask anything) or "127.0.0.1:9100" (loopback addresses only: FastCGI
// carries no authentication).
[[nodiscard]] std::variant<Descriptor, ListenError> open_listener(const std::string& where,
                                                                  unsigned permissions);

}  // namespace cardea
