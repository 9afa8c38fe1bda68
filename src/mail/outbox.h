// Where the rules put their letters. They are sent by the gateway after the answer, so that no answer waits
// for a mail program, fails with it, or tells by its time whether there was something to send.
#pragma once

#include <utility>
#include <vector>

#include "mail/letter.h"

namespace cardea {

// Belongs to one thread.
class Outbox {
 public:
  void put(Letter letter) { letters_.push_back(std::move(letter)); }
  // Everything that was put since the last call.
  [[nodiscard]] std::vector<Letter> take() { return std::exchange(letters_, {}); }

 private:
  std::vector<Letter> letters_;
};

}  // namespace cardea
