#include "identity/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>

#include "base/name_lookup.h"
#include "identity/public_address.h"

namespace cardea {
namespace {

using Clock = std::chrono::steady_clock;
using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

std::optional<Address> address_of(const addrinfo& found) {
  Address address;
  if (found.ai_family == AF_INET6) {
    const auto& inner = reinterpret_cast<const sockaddr_in6*>(found.ai_addr)->sin6_addr;
    std::copy_n(inner.s6_addr, address.bytes.size(), address.bytes.begin());
    return address;
  }
  if (found.ai_family != AF_INET) return std::nullopt;
  address = *parse_address("0.0.0.0");
  const auto& inner = reinterpret_cast<const sockaddr_in*>(found.ai_addr)->sin_addr;
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&inner), 4, address.bytes.begin() + 12);
  return address;
}

// 0, or the errno of the attempt.
int connect_within(const Descriptor& socket, const addrinfo& address, Clock::time_point deadline) {
  if (!socket.is_open()) return errno;
  if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(socket, POLLOUT, deadline)) return ETIMEDOUT;
  int problem = 0;
  socklen_t size = sizeof problem;
  return ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &problem, &size) == 0 ? problem : errno;
}

}  // namespace

bool wait_for(const Descriptor& socket, short event, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count();
    pollfd wanted{socket.number(), event, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

std::variant<Descriptor, HttpFailure> connect_to(const Url& url, const HttpTrust& trust,
                                                 Clock::time_point deadline) {
  look_up_names_without_modules();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int problem = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &list); problem != 0)
    return HttpFailure{"cannot find the address of " + url.host + ": " + ::gai_strerror(problem)};
  const AddressList addresses(list, ::freeaddrinfo);

  std::string why = "it has no address";
  for (const addrinfo* found = list; found != nullptr; found = found->ai_next) {
    const auto address = address_of(*found);
    if (!address || (!trust.allow_private_addresses && !is_public_address(*address))) {
      why = "its address is private, which allow_private_addresses = no forbids";
      continue;
    }
    Descriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int problem = connect_within(socket, *found, deadline);
    if (problem == 0) return socket;
    why = reason_of(problem);
  }
  return HttpFailure{"cannot connect to " + url.host + " port " + url.port + ": " + why};
}

}  // namespace cardea
