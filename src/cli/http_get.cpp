#include "cli/http_get.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace cardea {

namespace {

constexpr std::size_t answer_limit = http_body_limit;

using Clock = std::chrono::steady_clock;

struct Target {
  std::string authority;  // for the Host header
  std::string host;
  std::string port = "80";
};

Target target_of(const std::string& origin) {
  Target target;
  target.authority = origin.substr(origin.find("://") + 3);
  const std::size_t after_host = target.authority.starts_with('[') ? target.authority.find(']') : 0;
  const std::size_t colon = target.authority.find(':', after_host);
  target.host = target.authority.substr(0, colon);
  if (colon != std::string::npos) target.port = target.authority.substr(colon + 1);
  if (target.host.starts_with('[')) target.host = target.host.substr(1, target.host.size() - 2);
  return target;
}

class Socket {
 public:
  explicit Socket(int file) : file_(file) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (file_ >= 0) close(file_);
  }
  [[nodiscard]] int file() const { return file_; }

 private:
  int file_;
};

// True when the socket is ready for the event before the deadline.
bool wait_for(int file, short event, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count();
    pollfd wanted{file, event, 0};
    const int ready = poll(&wanted, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

// 0, or the errno of the attempt.
int connect_within(int file, const addrinfo& address, Clock::time_point deadline) {
  if (connect(file, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(file, POLLOUT, deadline)) return ETIMEDOUT;
  int problem = 0;
  socklen_t size = sizeof problem;
  return getsockopt(file, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 ? problem : errno;
}

bool send_all(int file, std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if ((errno != EAGAIN && errno != EINTR) || !wait_for(file, POLLOUT, deadline)) {
      return false;
    }
  }
  return true;
}

// Everything until the server closes, the time is over, or it is too much.
std::string receive_all(int file, Clock::time_point deadline) {
  std::string bytes;
  char piece[4096];
  while (bytes.size() < answer_limit && wait_for(file, POLLIN, deadline)) {
    const ssize_t count = recv(file, piece, sizeof piece, 0);
    if (count > 0) bytes.append(piece, static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) break;
  }
  return bytes;
}

std::string request_text(const HttpQuestion& question, const Target& target) {
  std::string text = "GET " + question.path + " HTTP/1.1\r\nHost: " + target.authority +
                     "\r\nUser-Agent: cardea-check\r\nAccept: application/json\r\nConnection: close\r\n";
  if (!question.authorization.empty()) text += "Authorization: " + question.authorization + "\r\n";
  return text + "\r\n";
}

}  // namespace

std::variant<HttpAnswer, HttpFailure> http_get(const HttpQuestion& question, milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  const Target target = target_of(question.origin);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int problem = getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found); problem != 0)
    return HttpFailure{"cannot find the address of " + target.host + ": " + gai_strerror(problem)};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);

  int problem = 0;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    const Socket socket(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    problem = socket.file() < 0 ? errno : connect_within(socket.file(), *address, deadline);
    if (problem != 0) continue;
    if (!send_all(socket.file(), request_text(question, target), deadline))
      return HttpFailure{target.authority + " does not take the request"};
    const std::string bytes = receive_all(socket.file(), deadline);
    if (bytes.empty()) return HttpFailure{target.authority + " does not answer"};
    return parse_http_answer(bytes);
  }
  return HttpFailure{"cannot connect to " + target.host + " port " + target.port + ": " +
                     std::strerror(problem)};
}

}  // namespace cardea
