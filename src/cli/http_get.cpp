#include "cli/http_get.h"

#include "identity/connection.h"

namespace cardea {

namespace {

std::string request_text(const HttpQuestion& question, const Url& url) {
  std::string text = "GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority +
                     "\r\nUser-Agent: cardea-check\r\nAccept: application/json\r\nConnection: close\r\n";
  if (!question.authorization.empty()) text += "Authorization: " + question.authorization + "\r\n";
  return text + "\r\n";
}

}  // namespace

std::variant<HttpAnswer, HttpFailure> http_get(const HttpQuestion& question, milliseconds patience) {
  const auto url = parse_url(question.origin + question.path);
  if (!url) return HttpFailure{question.origin + " is no address that can be asked"};
  const HttpTrust trust{.ca_file = {}, .allow_private_addresses = true};
  auto opened = Connection::open(*url, trust, std::chrono::steady_clock::now() + patience);
  if (auto* failure = std::get_if<HttpFailure>(&opened)) return std::move(*failure);
  auto& connection = std::get<Connection>(opened);
  if (!connection.send(request_text(question, *url)))
    return HttpFailure{url->authority + " does not take the request"};
  const std::string bytes = connection.receive(http_body_limit);
  if (bytes.empty()) return HttpFailure{url->authority + " does not answer"};
  return parse_http_answer(bytes);
}

}  // namespace cardea
