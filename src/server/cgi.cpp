#include "server/cgi.h"

#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/descriptor.h"
#include "server/background.h"

namespace cardea {
namespace {

constexpr int read_timeout = 10'000;  // milliseconds without a byte
// What is read of a body, most of it to be thrown away.
constexpr std::size_t drain_limit = 16 * 1024 * 1024;

// How many bytes to expect: what was announced; a chunked body ends with the input; otherwise there is none.
std::size_t expected_size(const Environment& environment) {
  const auto length = declared_length(environment);
  if (length) return std::min(drain_limit, static_cast<std::size_t>(std::max<std::int64_t>(0, *length)));
  const bool chunked = !environment.value("HTTP_TRANSFER_ENCODING").empty();
  return chunked ? drain_limit : 0;
}

// Keeps at most `kept` bytes, and reads on: a server whose program ends before it has written the whole body
// cuts the answer off.
Secret read_body(std::size_t expected, std::size_t kept) {
  std::string body;
  std::array<char, 8192> buffer{};
  for (std::size_t total = 0; total < expected;) {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&input, 1, read_timeout) <= 0) break;
    const auto got = ::read(STDIN_FILENO, buffer.data(), std::min(buffer.size(), expected - total));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    const auto size = static_cast<std::size_t>(got);
    body.append(buffer.data(), std::min(size, kept - body.size()));
    total += size;
  }
  return Secret(std::move(body));
}

}  // namespace

bool is_cgi_request() {
  return std::getenv("GATEWAY_INTERFACE") != nullptr || std::getenv("REQUEST_METHOD") != nullptr;
}

int run_cgi(Application& application) {
  const auto environment = environment_of(environ);
  const auto kept = static_cast<std::size_t>(application.settings().limits.body) + 1;
  ThreadContext thread(application, system_now());
  const auto answer = exchange(environment, read_body(expected_size(environment), kept), thread);
  const bool written = write_all(STDOUT_FILENO, answer);
  auto& revoked = thread.deps().revoked;
  const bool letters_written = thread.take_letters();
  application.close_store();
  run_due_jobs_in_child(application.settings(), revoked, letters_written);
  return written ? 0 : 1;
}

int fail_cgi(const Unconfigured& why, DoorContext context) {
  const auto environment = environment_of(environ);
  auto body = read_body(expected_size(environment), visit_body_limit + 1);
  context.per_request = true;
  const auto answer = unconfigured_answer(environment, std::move(body), why, context, system_now());
  return write_all(STDOUT_FILENO, answer) ? 0 : 1;
}

}  // namespace cardea
