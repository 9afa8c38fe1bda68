// The sockets on which requests arrive, and which processes may reach them.
#pragma once

#include <string>
#include <variant>

#include "base/descriptor.h"

namespace cardea {

// True if the descriptor is a listening socket. If it is descriptor 0, a web server (or spawn-fcgi, or systemd's
// Socket=) has started this process.
[[nodiscard]] bool is_listening_socket(int descriptor);

struct ListenError {
  std::string message;
};

// where: "unix:/path" (an old socket file on which no program listens is replaced; permissions as given, e.g.
// 0660: a process that can write to the socket can ask for anything) or "127.0.0.1:9100" (loopback addresses only:
// FastCGI carries no authentication).
[[nodiscard]] std::variant<Descriptor, ListenError> open_listener(const std::string& where,
                                                                  unsigned permissions);

}  // namespace cardea
