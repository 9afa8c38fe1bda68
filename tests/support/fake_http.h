// The other servers of the world, as a test wants them: it answers what was put up for an address, and keeps
// what it was asked.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "http/client.h"

namespace cardea::testing {

class FakeHttp final : public Http {
 public:
  using Answer = std::variant<HttpAnswer, HttpFailure>;
  using Answerer = std::function<Answer(const HttpCall&)>;

  // Where nothing was put up, nobody answers.
  Answer call(const HttpCall& call) override;

  void put(const std::string& url, Answerer answerer);
  void put(const std::string& url, const Json& body, seconds max_age = seconds{0});
  void take_down(const std::string& url);

  [[nodiscard]] int calls_to(const std::string& url) const;
  [[nodiscard]] const std::vector<HttpCall>& calls() const { return calls_; }

 private:
  std::map<std::string, Answerer> answerers_;
  std::vector<HttpCall> calls_;
};

}  // namespace cardea::testing
