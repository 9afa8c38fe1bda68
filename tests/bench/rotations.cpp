#include "bench/rotations.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "base/digest.h"
#include "server/application.h"
#include "store/sessions.h"
#include "web/handle.h"
#include "web/in.h"

namespace cardea::bench {
namespace {

constexpr Nonce nonce{'b', 'e', 'n', 'c', 'h', 'b', 'e', 'n', 'c', 'h', 'b', 'e', 'n', 'c', 'h', '!'};

// A random session of those that belong to this thread alone.
class Choice {
 public:
  Choice(int thread, const Load& load, std::size_t sessions)
      : thread_(thread),
        threads_(load.threads),
        random_(static_cast<unsigned>(thread)),
        which_(0, static_cast<int>(sessions) / load.threads - 1) {}
  int next() { return which_(random_) * threads_ + thread_; }

 private:
  int thread_;
  int threads_;
  std::minstd_rand random_;
  std::uniform_int_distribution<int> which_;
};

std::unique_ptr<sql::Connection> connect(const DatabaseSettings& settings) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString("localhost");
  options["socket"] = sql::SQLString(settings.socket);
  options["userName"] = sql::SQLString(settings.user);
  options["password"] = sql::SQLString(std::string(settings.password.reveal()));
  options["schema"] = sql::SQLString(settings.schema);
  return std::unique_ptr<sql::Connection>(get_driver_instance()->connect(options));
}

// The two statements of a rotation, prepared once, with nothing around them.
class Statements {
 public:
  explicit Statements(const DatabaseSettings& settings)
      : connection_(connect(settings)),
        read_(connection_->prepareStatement(with_prefix(sql_text::session_with_user, settings.table_prefix))),
        move_(connection_->prepareStatement(with_prefix(sql_text::rotate, settings.table_prefix))) {}

  bool rotate(const SessionId& session, Generation from) {
    const sql::SQLString id(std::string(session.bytes()));
    read_->setString(1, id);
    const std::unique_ptr<sql::ResultSet> rows(read_->executeQuery());
    if (!rows->next() || rows->getInt64(6) != from) return false;
    const auto now = unix_milliseconds(system_now());
    move_->setInt64(1, std::int64_t{from} + 1);
    move_->setInt64(2, now);
    move_->setInt64(3, now + 86'400'000);
    move_->setNull(4, 0);
    move_->setString(5, "bench");
    move_->setString(6, "127.0.0.1");
    move_->setInt64(7, 0);
    move_->setString(8, id);
    move_->setInt64(9, from);
    move_->setInt64(10, 0);
    move_->setInt64(11, 0);
    return move_->executeUpdate() == 1;
  }

 private:
  std::unique_ptr<sql::Connection> connection_;
  std::unique_ptr<sql::PreparedStatement> read_;
  std::unique_ptr<sql::PreparedStatement> move_;
};

Request refresh_request(const Settings& settings, const Secret& token, Instant now) {
  Request request;
  request.now = now;
  request.method = "POST";
  request.path = request.original_uri = settings.site.mount + "/refresh";
  request.secure = true;
  request.headers = {{"user-agent", "bench"}};
  request.content_type = "application/json";
  request.body = Secret("{\"refresh_token\":\"" + std::string(token.reveal()) + "\"}");
  complete_request(request, settings);
  return request;
}

double processor_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto in_seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return in_seconds(used.ru_utime) + in_seconds(used.ru_stime);
}

}  // namespace

Rate measure(const Load& load, const std::function<std::function<bool()>(int)>& prepare) {
  std::atomic<int> done{0};
  std::atomic<int> failed{0};
  std::atomic<bool> over{false};
  std::barrier ready(load.threads + 1);
  std::vector<std::thread> threads;
  for (int number = 0; number < load.threads; ++number)
    threads.emplace_back([&, number] {
      const auto work = prepare(number);
      if (!work()) ++failed;  // the first one connects and prepares
      ready.arrive_and_wait();
      while (!over) ++(work() ? done : failed);
    });
  ready.arrive_and_wait();
  const double used_before = processor_seconds();
  const auto began = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(seconds{load.seconds});
  over = true;
  for (auto& thread : threads) thread.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const double used = processor_seconds() - used_before;
  return {.per_second = done / took.count(), .failed = failed, .processor = used / std::max(1, done.load())};
}

SessionId session_id_of(int number) {
  const auto digest = sha256("session-" + std::to_string(number));
  return SessionId::of_bytes(view_of(digest).substr(0, 16));
}

Secret refresh_token_of(int number, Generation generation, const KeyRing& keys, Instant now) {
  return derive_refresh_token(session_id_of(number), generation, nonce, keys.refresh_signing(now));
}

Rate bare_rotations(const Settings& settings, const Load& load, std::vector<Generation>& generations) {
  return measure(load, [&](int thread) -> std::function<bool()> {
    const auto statements = std::make_shared<Statements>(settings.database);
    return [&, statements, choice = Choice(thread, load, generations.size())]() mutable {
      const int number = choice.next();
      auto& generation = generations[static_cast<std::size_t>(number)];
      const bool moved = statements->rotate(session_id_of(number), generation);
      generation += moved ? 1 : 0;
      return moved;
    };
  });
}

Rate handled_rotations(const Settings& settings, const Load& load, std::vector<Generation>& generations) {
  Application application(settings);
  return measure(load, [&](int thread) -> std::function<bool()> {
    const auto thread_context = std::make_shared<ThreadContext>(application, system_now());
    return [&, thread_context, choice = Choice(thread, load, generations.size())]() mutable {
      const int number = choice.next();
      auto& generation = generations[static_cast<std::size_t>(number)];
      const auto now = system_now();
      const auto deps = thread_context->deps();
      const auto token = refresh_token_of(number, generation, deps.keys, now);
      const bool moved = handle(refresh_request(settings, token, now), deps).status == 200;
      generation += moved ? 1 : 0;
      return moved;
    };
  });
}

}  // namespace cardea::bench
