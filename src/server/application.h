// What answers requests: the parts that all threads share, the parts that each thread has for itself, and how one
// request becomes one answer with them, by FastCGI (server/fastcgi.h) and by plain CGI (server/cgi.h) alike.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/session/context.h"
#include "base/entropy.h"
#include "config/settings.h"
#include "http/client.h"
#include "keys/ring.h"
#include "password/password.h"
#include "password/slots.h"
#include "server/background.h"
#include "server/clock.h"
#include "server/log.h"
#include "server/traffic.h"
#include "setup/doors.h"
#include "store/store.h"
#include "web/in.h"

namespace cardea {

// Shared by all threads of a process. Opens nothing: the database is connected to by the first call that needs
// it, the lock file by the first password.
class Application {
 public:
  // doors: for /repair (setup/doors.h).
  explicit Application(Settings settings, DoorContext doors = {});

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] Store& store() { return *store_; }
  // After the last request of this process, before it forks: closes all connections. A child that opens SQLite's file while
  // it inherits an open connection believes that it holds the locks of its parent, holds none, and loses what it writes.
  void close_store() { store_.reset(); }
  [[nodiscard]] Traffic& traffic() { return traffic_; }
  // For what clients can cause as often as they like.
  [[nodiscard]] BoundedLog& log() { return log_; }
  // The thread that sends letters: to be started once a second, like the one of the due jobs.
  void start_letters() { letters_.start(); }
  // It looks into the outbox now. Safe from many threads.
  void wake_letters() { letters_.wake(); }
  // Before the end. A letter that is being sent gets a few seconds; what waits stays in the outbox. False: see
  // Background::stop.
  [[nodiscard]] bool stop_letters();

 private:
  friend class ThreadContext;
  Settings settings_;
  DoorContext doors_;
  std::unique_ptr<Store> store_;
  HashingSlots hashing_slots_;
  Traffic traffic_;
  BoundedLog log_;
  SystemEntropy entropy_;
  SystemClock clock_;
  HttpsClient http_;
  LetterJob letter_job_{settings_, *store_};
  Background letters_;  // last: it ends first
};

// What one thread has for itself; never used by two threads. The application must outlive it.
class ThreadContext {
 public:
  // Reads the key directory. Throws KeyError. verified: of this thread alone, and must outlive it; null in a process
  // that answers one request, which would fill it for nothing.
  ThreadContext(Application& application, Instant now, VerifiedTokens* verified = nullptr);

  [[nodiscard]] const Settings& settings() const { return application_.settings_; }
  [[nodiscard]] Deps deps();
  [[nodiscard]] const DoorContext& doors() const { return application_.doors_; }
  // To be called before each request: reads the key directory again if it has changed.
  void reload_keys(Instant now) { keys_.refresh(now); }
  [[nodiscard]] BoundedLog& log() { return application_.log_; }
  void count(const Response& response, Instant now) { application_.traffic_.count(response, now); }
  // What a request could not do though it succeeded; empty: nothing. To be logged after each request.
  [[nodiscard]] std::string take_trouble() { return revoked_.take_trouble(); }
  // Whether the requests since the last call have written letters. To be asked after each answer has been sent.
  [[nodiscard]] bool take_letters() { return letters_.take(); }

 private:
  Application& application_;
  KeyRing keys_;
  VerifiedTokens* verified_;
  RevokedSessions revoked_;
  Passwords passwords_;
  LettersWritten letters_;
};

// One request, in two steps. Nothing of this throws: a mistake of ours or a failure of the machine is logged and
// answered by broken_answer() of setup/doors.h.

// Reads the clock and makes the Request; or the answer in CGI form (RFC 3875 section 6) that refuses it, for which the
// log has a bound.
[[nodiscard]] std::variant<Request, std::string> receive(const Environment& environment, Secret body,
                                                         ThreadContext& thread);
// The answer in CGI form; writes the log line. A request that had to wait gets its time first.
[[nodiscard]] std::string respond(const Request& request, ThreadContext& thread);

// Both steps, for a process that answers one request.
[[nodiscard]] std::string exchange(const Environment& environment, Secret body, ThreadContext& thread);

}  // namespace cardea
