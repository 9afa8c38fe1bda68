#include "server/serve.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "auth/session/end.h"
#include "server/background.h"
#include "server/fastcgi.h"
#include "web/handle.h"

namespace cardea {
namespace {

class ApplicationAnswerer final : public Answerer {
 public:
  // Only the lane `memory` verifies tokens that it has seen before, again and again.
  ApplicationAnswerer(Application& application, Lane lane)
      : application_(application),
        verified_(lane == Lane::memory ? std::make_unique<VerifiedTokens>() : nullptr),
        context_(application, system_now(), verified_.get()) {}

  std::variant<std::string, Queued> take(const Environment& environment, Secret body) override {
    auto received = receive(environment, std::move(body), context_.settings());
    if (auto* refused = std::get_if<std::string>(&received)) return std::move(*refused);
    auto& request = std::get<Request>(received);
    const auto& site = context_.settings().site;
    const auto lane = asks_to_repair(request, site) ? Lane::database : lane_of(request, site);
    if (lane != Lane::memory) return Queued{lane, std::move(request)};
    return respond(request, context_);
  }
  std::string answer(Request request) override {
    request.now = std::max(request.now, system_now());
    return respond(request, context_);
  }
  void finish() override {
    if (context_.take_letters()) application_.wake_letters();
  }

 private:
  Application& application_;
  std::unique_ptr<VerifiedTokens> verified_;
  ThreadContext context_;
};

// Of a program without a valid configuration. Set-up and repair take seconds, which only their owner can cause.
class UnconfiguredAnswerer final : public Answerer {
 public:
  UnconfiguredAnswerer(const Unconfigured& why, const DoorContext& context) : why_(why), context_(context) {}

  std::variant<std::string, Queued> take(const Environment& environment, Secret body) override {
    return unconfigured_answer(environment, std::move(body), why_, context_, system_now());
  }
  std::string answer(Request) override { return {}; }  // nothing is queued
  void finish() override {}

 private:
  const Unconfigured& why_;
  const DoorContext& context_;
};

// More threads than cores do not answer from memory faster.
int cores() {
  return static_cast<int>(std::max(2U, std::thread::hardware_concurrency()));
}

// Threads of the lane `hashing`, for each hash that runs at a time: while one thread hashes, another talks to the
// database.
constexpr int threads_for_a_hash = 2;
constexpr int provider_threads = 16;
// A sign-in takes what verifying and refreshing leave of the processor.
constexpr int hashing_niceness = 10;

FastCgiOptions options_for(Application& application, int database_threads) {
  const auto& settings = application.settings();
  FastCgiOptions options;
  options.max_body = static_cast<std::size_t>(settings.limits.body);
  options.request_time = settings.limits.request_time;
  const auto lane = [&options](Lane one) -> LaneLimits& {
    return options.lanes[static_cast<std::size_t>(one)];
  };
  lane(Lane::memory).threads = cores();
  lane(Lane::database).threads = std::min(database_threads, settings.database.connections);
  lane(Lane::hashing) = {.threads = threads_for_a_hash * settings.password.concurrency,
                         .niceness = hashing_niceness};
  lane(Lane::provider).threads = provider_threads;
  options.make_answerer = [&application](Lane one) {
    return std::make_unique<ApplicationAnswerer>(application, one);
  };
  return options;
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals, signal);
  return signals;
}

// Before the first thread, so that all inherit it.
sigset_t block_stop_signals() {
  const auto signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Waits so long for a signal that says to stop.
bool is_stopped_within(milliseconds time, const sigset_t& signals) {
  const timespec limit{.tv_sec = time.count() / 1000, .tv_nsec = time.count() % 1000 * 1'000'000};
  return ::sigtimedwait(&signals, nullptr, &limit) >= 0;
}

}  // namespace

bool serve_broken_fastcgi(int listener, const Unconfigured& why, const DoorContext& context) {
  constexpr milliseconds answering{1000};
  constexpr int look_around = 200;  // milliseconds
  const auto signals = block_stop_signals();
  {
    FastCgiOptions options;
    options.max_body = visit_body_limit;
    options.lanes[static_cast<std::size_t>(Lane::memory)].threads = cores();
    options.make_answerer = [&](Lane) { return std::make_unique<UnconfiguredAnswerer>(why, context); };
    FastCgiServer server(Descriptor(::fcntl(listener, F_DUPFD_CLOEXEC, 0)), std::move(options));
    server.start();
    if (is_stopped_within(answering, signals)) return false;
  }
  pollfd waiting{.fd = listener, .events = POLLIN, .revents = 0};
  while (::poll(&waiting, 1, look_around) != 1)
    if (is_stopped_within(milliseconds{0}, signals)) return false;
  return true;
}

int serve_fastcgi(Descriptor listener, Application& application, int database_threads) {
  ::mallopt(M_ARENA_MAX, 2);  // memory is dearer than contention here
  const auto signals = block_stop_signals();

  FastCgiServer server(std::move(listener), options_for(application, database_threads));
  server.start();
  const auto& settings = application.settings();
  RevokedSessions revoked(settings.tokens.revocations, revocations_kept(settings.tokens));
  Background background(due_jobs(settings, revoked, application.traffic(), application.store(),
                                 [&application] { application.wake_letters(); }));
  background.start();
  application.start_letters();
  while (!is_stopped_within(milliseconds{1000}, signals)) {
    server.tick();
    application.store().close_idle_connections();
    background.start();
    application.start_letters();
  }
  server.stop();
  const bool letters_ended = application.stop_letters();
  if (!background.stop() || !letters_ended) std::_Exit(0);
  return 0;
}

}  // namespace cardea
