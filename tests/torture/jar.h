// A cookie jar and what is under way to it. All tabs of a browser share one, and one Idempotency-Key, which
// is made when a refresh begins and kept until an answer to it has arrived.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/records.h"
#include "web/http.h"

namespace cardea::torture {

// A pair of tokens, and what they are for.
struct Pair {
  std::string access;
  std::string refresh;
  SessionId session;
  Generation generation = 0;
};

struct Answer {
  Pair pair;
  std::string key;  // of the request that it answers
};

class Jar {
 public:
  [[nodiscard]] const std::optional<Pair>& pair() const { return pair_; }
  [[nodiscard]] std::string cookie_header() const;
  [[nodiscard]] const std::string& key() const { return key_; }
  void make_key(const std::string& fresh);

  // A sign-in's answer: whatever the jar held and waited for is forgotten.
  void begin(const Pair& pair);
  // A refresh's answer arrives. Answers do not overtake each other: an older one than the jar's is dropped.
  void arrive(const Answer& answer);
  void hold(const Answer& answer) { under_way_.push_back(answer); }
  void deliver(std::size_t which);
  // The answer said that this session is over.
  void lose(const SessionId& session);
  // A thief's: the pair as it is now, and nothing else.
  void copy_from(const Jar& other);

 private:
  std::optional<Pair> pair_;
  std::string key_;
  std::vector<Answer> under_way_;
};

// The pair that an answer sets as cookies; nothing if it sets none.
[[nodiscard]] std::optional<Pair> pair_of(const Response& response);

}  // namespace cardea::torture
