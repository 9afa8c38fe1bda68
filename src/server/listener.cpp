#include "server/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/encoding.h"

namespace cardea {
namespace {

constexpr int backlog = 1024;

ListenError failed(const std::string& what) {
  return {what + ": " + std::strerror(errno)};
}

bool is_listened_on(const sockaddr_un& address) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

std::variant<Descriptor, ListenError> listen_unix(const std::string& path, unsigned permissions) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return ListenError{path + ": a socket's path has 1 to 107 bytes"};
  path.copy(address.sun_path, path.size());
  struct stat old {};
  if (::lstat(path.c_str(), &old) == 0) {
    if (!S_ISSOCK(old.st_mode))
      return ListenError{path + ": there is a file of that name, and it is no socket"};
    if (is_listened_on(address)) return ListenError{path + ": another program listens there"};
    ::unlink(path.c_str());
  }
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // Between bind and chmod no other user may connect.
  const auto mask = ::umask(0177);
  const bool bound =
      ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::umask(mask);
  if (!bound) return failed(path);
  if (::chmod(path.c_str(), permissions) != 0) return failed(path);
  if (::listen(listener.number(), backlog) != 0) return failed(path);
  return listener;
}

std::variant<Descriptor, ListenError> listen_tcp(const std::string& where, const std::string& host,
                                                 int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool loopback =
      host.starts_with("127.") && ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1;
  if (!loopback)
    return ListenError{
        where +
        ": only loopback addresses (127.x.x.x) are listened on, because FastCGI has no authentication"};
  Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed(where);
  if (::listen(listener.number(), backlog) != 0) return failed(where);
  return listener;
}

}  // namespace

bool is_listening_socket(int descriptor) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

std::variant<Descriptor, ListenError> open_listener(const std::string& where, unsigned permissions) {
  if (where.starts_with("unix:")) return listen_unix(where.substr(5), permissions);
  const auto colon = where.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : whole_number(where.substr(colon + 1), 65535);
  if (!port) return ListenError{where + ": write unix:/path or 127.0.0.1:PORT"};
  return listen_tcp(where, where.substr(0, colon), static_cast<int>(*port));
}

}  // namespace cardea
