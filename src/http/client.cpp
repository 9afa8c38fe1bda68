#include "http/client.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "config/values.h"
#include "http/connection.h"
#include "keys/openssl.h"

namespace cardea {
namespace {

constexpr std::size_t url_limit = 2048;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) {
    return letter > 0x20 && letter < 0x7F && letter != '#' && letter != '\\';
  });
}

bool is_unreserved(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || std::string_view{"-._~"}.find(letter) != std::string_view::npos;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const auto slashes = text.find("//");
  if (slashes == text.npos || text.size() > url_limit || !is_plain(text)) return std::nullopt;
  const auto end = std::min(text.find_first_of("/?", slashes + 2), text.size());
  auto origin = std::string{text.substr(0, end)};
  const bool secure = origin.starts_with("https:");
  // A provider's document may write the scheme's own port.
  const std::string_view own_port = secure ? ":443" : ":80";
  if (origin.ends_with(own_port)) origin.resize(origin.size() - own_port.size());
  if (!is_origin(origin)) return std::nullopt;
  Url url{.secure = secure, .authority = origin.substr(slashes + 2), .host = {}, .port = {}, .target = {}};
  url.host = host_of_origin(origin);
  const auto port = url.authority.substr(url.host.size());
  url.port = port.empty() ? std::string{own_port.substr(1)} : port.substr(1);
  if (url.host.starts_with('[')) url.host = url.host.substr(1, url.host.size() - 2);
  const auto rest = text.substr(end);
  url.target = (rest.starts_with('/') ? "" : "/") + std::string{rest};
  return url;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (is_unreserved(letter))
      encoded.push_back(letter);
    else
      encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return encoded;
}

std::string form_text(const Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text.append(text.empty() ? "" : "&").append(name).append(1, '=');
    text += percent_encode(value);
  }
  return text;
}

std::string with_parameters(const std::string& url, const Parameters& parameters) {
  return url + (url.find('?') == std::string::npos ? '?' : '&') + form_text(parameters);
}

namespace {

void add_line(std::string& text, std::string_view name, std::string_view value) {
  if (value.find_first_of(std::string_view{"\r\n\0", 3}) != value.npos)
    throw std::logic_error("a header of a call holds a line break");
  text.append(name).append(": ").append(value).append("\r\n");
}

Secret request_bytes(const HttpCall& call, const Url& url) {
  std::string text = call.method + " " + url.target + " HTTP/1.1\r\n";
  add_line(text, "Host", url.authority);
  add_line(text, "User-Agent", "cardea");
  add_line(text, "Accept", "application/json");
  add_line(text, "Connection", "close");
  for (const auto& [name, value] : call.headers) add_line(text, name, value.reveal());
  if (call.method != "GET") add_line(text, "Content-Length", std::to_string(call.body.size()));
  text.append("\r\n").append(call.body.reveal());
  return Secret(std::move(text));
}

std::variant<Connection, HttpFailure> open_connection(const Url& url, const HttpTrust& trust) {
  const Endpoint endpoint{.host = url.host,
                          .port = url.port,
                          .ca_file = trust.ca_file,
                          .reach = trust.allow_private_addresses ? Reach::anywhere : Reach::internet};
  auto opened = Connection::open(endpoint, std::chrono::steady_clock::now() + http_patience);
  if (auto* failure = std::get_if<ConnectionFailure>(&opened))
    return HttpFailure{std::move(failure->why), failure->is_about_certificate};
  auto& connection = std::get<Connection>(opened);
  if (url.secure)
    if (auto failure = connection.start_tls(endpoint))
      return HttpFailure{std::move(failure->why), failure->is_about_certificate};
  return std::move(connection);
}

}  // namespace

std::variant<HttpAnswer, HttpFailure> HttpsClient::call(const HttpCall& call) {
  const openssl::ErrorQueueCleaner cleaner;
  const auto url = parse_url(call.url);
  if (!url) return HttpFailure{"the address is none that may be called"};
  if (!url->secure && !call.trust.allow_private_addresses)
    return HttpFailure{url->authority + " would be called without https"};
  auto opened = open_connection(*url, call.trust);
  if (auto* failure = std::get_if<HttpFailure>(&opened)) return std::move(*failure);
  const auto& connection = std::get<Connection>(opened);
  if (!connection.send(request_bytes(call, *url).reveal()))
    return HttpFailure{url->authority + " does not take the request"};
  auto bytes = connection.receive_all(http_answer_limit + 1);
  if (bytes.empty()) return HttpFailure{url->authority + " does not answer in time"};
  if (bytes.size() > http_answer_limit)
    return HttpFailure{url->authority + " answers with more than " +
                       std::to_string(http_answer_limit / 1024) + " KiB"};
  auto answer = parse_http_answer(bytes);
  wipe(bytes);
  if (auto* failure = std::get_if<HttpFailure>(&answer))
    return HttpFailure{url->authority + ": " + failure->why};
  std::get<HttpAnswer>(answer).certificate_until = connection.certificate_until();
  return answer;
}

}  // namespace cardea
