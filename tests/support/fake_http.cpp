#include "support/fake_http.h"

#include <algorithm>

namespace cardea::testing {

FakeHttp::Answer FakeHttp::call(const HttpCall& call) {
  calls_.push_back(call);
  const auto found = answerers_.find(call.url);
  if (found == answerers_.end()) return HttpFailure{"nobody answers at " + call.url};
  return found->second(call);
}

void FakeHttp::put(const std::string& url, Answerer answerer) {
  answerers_[url] = std::move(answerer);
}

void FakeHttp::put(const std::string& url, const Json& body, seconds max_age) {
  put(url, [=](const HttpCall&) { return HttpAnswer{200, json_text(body), max_age}; });
}

void FakeHttp::take_down(const std::string& url) {
  answerers_.erase(url);
}

int FakeHttp::calls_to(const std::string& url) const {
  return static_cast<int>(
      std::count_if(calls_.begin(), calls_.end(), [&](const HttpCall& call) { return call.url == url; }));
}

}  // namespace cardea::testing
