#include "gateway/connection.h"

#include <sys/socket.h>

#include <array>
#include <cstdlib>

#include "gateway/exchange.h"

namespace cardea {
namespace {

// What is read and thrown away of a body over the limit, so that the connection stays in step; beyond it is
// closed.
constexpr std::size_t drain_limit = 16 * 1024 * 1024;

struct Input {
  Secret body;
  bool all_read = false;  // nothing of the request is left in the connection
};

// Reads standard input to its end: a server that keeps connections trips over what is left in them. Keeps one
// byte more than the limit, as a sign that there was more.
Input read_input(FCGX_Request& request, std::size_t limit) {
  std::string body;
  std::array<char, 8192> buffer;  // not zeroed: FCGX_GetStr says how much of it counts
  std::size_t total = 0;
  for (;;) {
    const int got = FCGX_GetStr(buffer.data(), static_cast<int>(buffer.size()), request.in);
    if (got <= 0) break;
    total += static_cast<std::size_t>(got);
    const auto room = limit + 1 - std::min(limit + 1, body.size());
    body.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
    if (total > drain_limit) {
      request.keepConnection = 0;
      return {Secret(std::move(body)), false};
    }
  }
  return {Secret(std::move(body)), FCGX_GetError(request.in) == 0};
}

std::size_t body_limit(Worker& worker) {
  return static_cast<std::size_t>(worker.deps().settings.limits.body);
}

bool is_gate(const Environment& environment) {
  return environment.value("FCGI_ROLE") == "AUTHORIZER";
}

// Answered from memory. A guess by the address, and only about how many threads to keep.
bool is_quick(const Environment& environment) {
  const auto path = environment.value("SCRIPT_NAME");
  return is_gate(environment) || path.ends_with("/verify") ||
         environment.value("REQUEST_URI").find("/verify") != std::string_view::npos;
}

// An authorizer gets no standard input (FastCGI 1.0 section 6.3). Some servers send an empty one all the
// same, together with the variables; mod_authnz_fcgi does not, so waiting for its end would be waiting for
// ever.
Input leave_input(FCGX_Request& request) {
  request.keepConnection = 0;
  std::array<char, 4096> rest;
  const auto arrived = ::recv(request.ipcFd, rest.data(), rest.size(), MSG_DONTWAIT);
  return {Secret{}, arrived < static_cast<ssize_t>(rest.size())};
}

// Ends the answer. libfcgi closes a connection by waiting until the peer has closed it, or for a while: what
// arrives after a close would take the answer with it. Where the request was read to its end nothing arrives,
// and closing at once saves four calls of the kernel, one of which waits.
Descriptor finish(FCGX_Request& request, bool all_read) {
  const bool peer_keeps = request.keepConnection != 0;
  if (all_read) request.keepConnection = 1;
  FCGX_Finish_r(&request);
  Descriptor connection{request.ipcFd};
  return peer_keeps ? std::move(connection) : Descriptor{};
}

}  // namespace

void prepare_fastcgi_library() {
  ::setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "200", 1);  // milliseconds
  FCGX_Init();
}

Descriptor serve_one(Descriptor connection, Worker& worker, Waiting& waiting,
                     const std::function<void()>& before_waiting) {
  FCGX_Request request;
  FCGX_InitRequest(&request, -1, 0);  // no listening socket: libfcgi must not accept by itself
  waiting.connection = connection.number();
  request.ipcFd = connection.release();
  request.keepConnection = 1;  // or the descriptor is closed before it is read
  if (FCGX_Accept_r(&request) != 0) {
    waiting.connection = -1;
    return Descriptor{};
  }
  const auto environment = environment_of(request.envp);
  auto input = is_gate(environment) ? leave_input(request) : read_input(request, body_limit(worker));
  waiting.connection = -1;
  if (!is_quick(environment)) before_waiting();
  const auto bytes = exchange(environment, std::move(input.body), worker);
  FCGX_PutStr(bytes.data(), static_cast<int>(bytes.size()), request.out);
  auto kept = finish(request, input.all_read);
  worker.send_letters();
  return kept;
}

void serve_broken(Descriptor connection, std::string_view cause) {
  constexpr timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(connection.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  FCGX_Request request;
  FCGX_InitRequest(&request, -1, 0);
  request.ipcFd = connection.release();
  request.keepConnection = 1;
  if (FCGX_Accept_r(&request) != 0) return;
  const auto environment = environment_of(request.envp);
  const auto input = is_gate(environment) ? leave_input(request) : read_input(request, 0);
  request.keepConnection = 0;
  const auto bytes = broken_answer(environment, cause);
  FCGX_PutStr(bytes.data(), static_cast<int>(bytes.size()), request.out);
  (void)finish(request, input.all_read);
}

}  // namespace cardea
