// The limit for verify: the program's own FastCGI server, with every request answered by 204 before anything looks
// at it. What is left is reading a request and sending an answer, as the program itself does it.
//
//   null_server [SOCKET]      without a socket: on descriptor 0
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "server/fastcgi.h"
#include "server/listener.h"

namespace {

using namespace cardea;

// tests/bench/limits.py refuses to measure if the answer is not this one.
class BlindAnswerer final : public Answerer {
 public:
  std::variant<std::string, Queued> take(const Environment& environment, Secret) override {
    if (is_authorizer(environment)) return "Status: 200 OK\r\nVariable-REMOTE_USER: bench\r\n\r\n";
    return "Status: 204 No Content\r\nCache-Control: no-store\r\nX-Bench: unseen\r\n\r\n";
  }
  std::string answer(Request) override { return {}; }
  void finish() override {}
};

Descriptor listener_of(int count, char** words) {
  if (count < 2) return Descriptor(0);
  auto opened = open_listener(std::string("unix:") + words[1], 0660);
  if (auto* listener = std::get_if<Descriptor>(&opened)) return std::move(*listener);
  std::cerr << "null_server: " << std::get<ListenError>(opened).message << "\n";
  std::exit(2);
}

}  // namespace

int main(int count, char** words) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  FastCgiOptions options;
  options.lanes.front().threads = static_cast<int>(std::max(2U, std::thread::hardware_concurrency()));
  options.make_answerer = [](Lane) { return std::make_unique<BlindAnswerer>(); };
  FastCgiServer server(listener_of(count, words), std::move(options));
  server.start();
  constexpr timespec second{.tv_sec = 1, .tv_nsec = 0};
  while (::sigtimedwait(&signals, nullptr, &second) < 0) server.tick();
}
