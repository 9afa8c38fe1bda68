#include "server/runtime.h"

#include <utility>

#include "auth/session/end.h"

namespace cardea {
namespace {

// A sign-in waits this long for its turn to be hashed before it is told to come back.
constexpr milliseconds hashing_patience{5000};

}  // namespace

Runtime::Runtime(Settings settings)
    : settings_(std::move(settings)),
      store_(open_store(settings_.database)),
      hashing_slots_(settings_.tokens.keys + "/hashing.lock", settings_.password.concurrency,
                     hashing_patience) {}

Worker::Worker(Runtime& runtime, Instant now)
    : runtime_(runtime),
      keys_(runtime.settings_.tokens.keys, runtime.settings_.tokens.algorithm, now),
      revoked_(runtime.settings_.tokens.revocations, revocations_kept(runtime.settings_.tokens)),
      passwords_(runtime.settings_.password, runtime.hashing_slots_) {}

Deps Worker::deps() {
  return {.settings = runtime_.settings_,
          .store = *runtime_.store_,
          .keys = keys_,
          .revoked = revoked_,
          .passwords = passwords_,
          .entropy = runtime_.entropy_,
          .outbox = outbox_,
          .http = runtime_.http_,
          .verified = &verified_,
          .clock = &runtime_.clock_};
}

}  // namespace cardea
