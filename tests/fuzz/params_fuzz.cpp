// A whole request as a web server hands it over: "NAME=VALUE" records, each ended by NUL, an empty one, then
// the body. Ada is signed in; {access}, {refresh} and {device} stand for what her browser holds. Whatever is
// asked: an answer that can be written, never a 500, no way off the site, one line in the log.
#include <algorithm>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "server/log.h"
#include "support/house.h"
#include "web/handle.h"
#include "web/in.h"
#include "web/routes/gate.h"

namespace {

using namespace cardea;
using namespace cardea::testing;

// Keys and passwords last, the database is a new one each time.
House& house() {
  static House lasting;
  return lasting;
}

User ada() {
  static const User known = house().add_user("ada@example.com");
  return known;
}

void replace_all(std::string& text, std::string_view mark, std::string_view value) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
    text.replace(at, mark.size(), value);
}

std::string filled_in(std::string_view text, const Grant& grant) {
  std::string filled(text);
  replace_all(filled, "{access}", grant.access_token.reveal());
  replace_all(filled, "{refresh}", grant.refresh_token.reveal());
  replace_all(filled, "{device}", grant.session.device_id);
  return filled;
}

struct Sent {
  std::list<std::string> values;  // which the environment borrows
  Environment environment;
  std::string body;
};

Sent parse(std::string_view text, const Grant& grant) {
  Sent sent;
  while (!text.empty()) {
    const auto record = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(text.size(), record.size() + 1));
    if (record.empty()) break;
    const auto equals = record.find('=');
    if (equals == std::string_view::npos) continue;
    const auto& value = sent.values.emplace_back(filled_in(record.substr(equals + 1), grant));
    sent.environment.add(record.substr(0, equals), value);
  }
  sent.body = filled_in(text, grant);
  return sent;
}

void check(const Response& response) {
  require(cgi_bytes(response).starts_with("Status: "));
  require(response.status >= 200 && response.status < 600 && response.status != 500);
  const auto location = std::string(response.header("Location"));
  require(location.empty() || location.starts_with("https://example.com/"));
  require((response.status == 303) == !location.empty());
}

void answer(const Sent& sent, const Deps& deps) {
  auto read = request_of(sent.environment, Secret::copy_of(sent.body), house().now, deps.settings);
  if (const auto* refused = std::get_if<Response>(&read)) {
    require(refused->status == 400 || refused->status == 413);
    return check(*refused);
  }
  const auto& request = std::get<Request>(read);
  const auto response = request.role != Role::responder ? answer_gate(request, deps.settings.gate, deps)
                                                        : handle(request, deps);
  check(response);
  const auto line = log_line(request, response);
  require(std::count(line.begin(), line.end(), '\n') == 1 && line.ends_with("}\n"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TestStore store;
  const auto usual = house().deps();
  const Deps deps{usual.settings,  store,         usual.keys,   usual.revoked,
                  usual.passwords, usual.entropy, usual.letters, usual.http};
  require(store.add_user(ada()));
  const auto grant =
      std::get<Grant>(start_session(ada(), {.id = "phone", .name = ""}, "password", house().caller(), deps));
  house().settings.transport.mode = size % 2 == 0 ? TransportMode::both : TransportMode::cookie;
  answer(parse({reinterpret_cast<const char*>(data), size}, grant), deps);
  return 0;
}
