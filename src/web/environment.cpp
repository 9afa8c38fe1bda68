#include "web/environment.h"

#include <algorithm>

#include "base/number.h"
#include "base/utf8.h"
#include "web/cookies.h"
#include "web/forwarded.h"
#include "web/refusal.h"

namespace cardea {
namespace {

bool is_text(std::string_view value) {
  const auto is_odd = [](unsigned char letter) { return letter < 0x20 && letter != '\t'; };
  return !has_ascii_control(value) || std::none_of(value.begin(), value.end(), is_odd);
}

// What Apache leaves of Authorization after an internal redirect.
constexpr std::string_view authorization_left = "REDIRECT_HTTP_AUTHORIZATION";

bool has_two_authorizations(const Environment& environment) {
  const auto left = environment.value(authorization_left);
  const auto given = left.empty() ? left : environment.value("HTTP_AUTHORIZATION");
  return !given.empty() && given != left;
}

// Nothing when all is well; otherwise what is wrong.
std::optional<std::string_view> find_fault(const Environment& environment) {
  if (environment.size() > environment_count_limit) return "Too many request variables.";
  std::size_t size = 0;
  for (const auto& [name, value] : environment) {
    size += name.size() + value.size();
    const bool is_header = name.starts_with("HTTP_");
    if (is_header && value.size() > header_size_limit) return "A request header is too large.";
    if ((is_header || name == "REQUEST_URI" || name == "REQUEST_METHOD") && !is_text(value))
      return "A request header holds a control character.";
  }
  if (size > environment_size_limit) return "The request's headers are too large.";
  if (has_two_authorizations(environment)) return "The request carries two different authorizations.";
  // Other servers than nginx join lines of one name: there, the second is X_Forwarded_For, which the client wrote
  // and its proxy did not know.
  const bool is_nginx = environment.value("SERVER_SOFTWARE").starts_with("nginx");
  if (environment.contradicts_itself() || (environment.repeats_hops() && !is_nginx))
    return "A request variable was given twice.";
  return std::nullopt;
}

// These hold one value, and we act on it: two of them are an attack or a mistake. The lines of all other headers
// are one list (RFC 9110 section 5.3).
bool may_repeat(std::string_view name) {
  constexpr std::array<std::string_view, 9> single{"HTTP_AUTHORIZATION",
                                                   "HTTP_HOST",
                                                   "HTTP_ORIGIN",
                                                   "HTTP_REFERER",
                                                   "HTTP_IDEMPOTENCY_KEY",
                                                   "HTTP_CONTENT_LENGTH",
                                                   "HTTP_CONTENT_TYPE",
                                                   "HTTP_TRANSFER_ENCODING",
                                                   "HTTP_ACCESS_CONTROL_REQUEST_METHOD"};
  return name.starts_with("HTTP_") && !name.starts_with("HTTP_SEC_") &&
         std::find(single.begin(), single.end(), name) == single.end();
}

// Cookie lines are joined by a semicolon (RFC 9113 section 8.2.3), all others by a comma.
void add_header(Request& request, std::string name, std::string_view value, bool may_be_there) {
  auto& headers = request.headers;
  const auto there = may_be_there ? std::find_if(headers.begin(), headers.end(),
                                                 [&name](const auto& header) { return header.first == name; })
                                  : headers.end();
  if (there == headers.end()) {
    headers.emplace_back(std::move(name), value);
  } else {
    there->second.append(name == "cookie" ? "; " : ", ").append(value);
  }
}

// HTTP_USER_AGENT -> user-agent. HTTP_PROXY is nobody's business (CVE-2016-5385).
void add_headers(Request& request, const Environment& environment) {
  request.headers.reserve(environment.size());
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("HTTP_") || name == "HTTP_PROXY") continue;
    auto header = ascii_lower(name.substr(5));
    std::replace(header.begin(), header.end(), '_', '-');
    add_header(request, std::move(header), value, environment.repeats_headers());
  }
}

bool is_too_large(const std::pair<std::string, std::string>& header) {
  return header.second.size() > header_size_limit;
}

void restore_authorization(Request& request, const Environment& environment) {
  const auto left = environment.value(authorization_left);
  if (left.empty() || !request.header("authorization").empty()) return;
  std::erase_if(request.headers, [](const auto& header) { return header.first == "authorization"; });
  request.headers.emplace_back("authorization", left);
}

bool is_access_checker(const Environment& environment) {
  return environment.value("FCGI_APACHE_ROLE") == "ACCESS_CHECKER";
}

// Apache runs its access checker again for a rewritten URL, with what the first run set in view. Clients
// cannot set these names: theirs all begin with HTTP_.
bool was_identified(const Environment& environment) {
  if (!is_access_checker(environment)) return false;
  return !environment.value("AUTH_USER_ID").empty() || !environment.value("REDIRECT_AUTH_USER_ID").empty();
}

std::string_view path_part(std::string_view uri) {
  return uri.substr(0, uri.find('?'));
}

bool lies_below(std::string_view path, std::string_view mount) {
  return path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/');
}

// A gate may hear of a body but never gets it; /denied gets the one of the request that was refused, however
// large; nginx announces to /verify a body that it keeps back. None is a body to them.
bool has_body(const Environment& environment, std::string_view path, std::string_view mount) {
  const auto method = environment.value("REQUEST_METHOD");
  if (environment.value("FCGI_ROLE") == "AUTHORIZER" || method == "GET" || method == "HEAD") return false;
  const auto below = path.starts_with(mount) ? path.substr(mount.size()) : path;
  return below != "/verify" && below != "/denied";
}

// Nothing when the body has the length that was announced, within the limit.
std::optional<Response> find_body_fault(const Environment& environment, const Secret& body,
                                        std::int64_t limit) {
  const auto size = static_cast<std::int64_t>(body.size());
  const auto length = declared_length(environment);
  if (size > limit || length.value_or(0) > limit)
    return refuse({.status = 413,
                   .error = "payload_too_large",
                   .reason = {},
                   .description = "The request body is larger than this server accepts."});
  if (length && *length != size)
    return refuse_request("The request body does not have the length that was announced.");
  return std::nullopt;
}

// The client's own path when it is ours. Otherwise a server asks on the way to another page (an error
// document, a sub-request): then SCRIPT_NAME and PATH_INFO say which of our routes it wants.
std::string routed_path(const Environment& environment, const Settings& settings) {
  const auto uri = path_part(environment.value("REQUEST_URI"));
  if (lies_below(uri, settings.site.mount)) return std::string(uri);
  auto script = std::string(environment.value("SCRIPT_NAME"));
  script += environment.value("PATH_INFO");
  if (lies_below(script, settings.site.mount)) return script;
  const auto below = environment.value("PATH_INFO");
  return below.starts_with('/') ? settings.site.mount + std::string(below) : std::string(uri);
}

}  // namespace

Environment::Environment(std::initializer_list<Variable> variables) {
  for (const auto& [name, value] : variables) add(name, value);
}

// Where the name is, or where it would be put: open addressing, by what can be told at a glance.
std::size_t Environment::place_of(std::string_view name) const {
  const auto letter = [name](std::size_t place) { return static_cast<unsigned char>(name[place]); };
  auto place = (name.size() * 31 + letter(name.size() - 1) * 7U + letter(name.size() / 2)) % index_.size();
  while (index_[place] != 0 && variables_[index_[place] - 1U].first != name)
    place = (place + 1) % index_.size();
  return place;
}

void Environment::add(std::string_view name, std::string_view value) {
  variables_.emplace_back(name, value);
  if (name.empty() || variables_.size() > environment_count_limit) return;
  auto& number = index_[place_of(name)];
  if (number == 0) {
    number = static_cast<std::uint16_t>(variables_.size());
  } else if (variables_[number - 1U].second != value) {
    contradicts_itself_ |= !may_repeat(name);
    repeats_headers_ |= may_repeat(name);
    repeats_hops_ |= name.starts_with("HTTP_X_FORWARDED_") || name == "HTTP_FORWARDED";
  }
}

std::string_view Environment::value(std::string_view name) const {
  const auto number = index_[place_of(name)];
  return number == 0 ? std::string_view{} : variables_[number - 1U].second;
}

Environment environment_of(const char* const* texts) {
  Environment environment;
  for (; texts != nullptr && *texts != nullptr; ++texts) {
    const std::string_view text = *texts;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) environment.add(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::optional<std::int64_t> declared_length(const Environment& environment) {
  const auto text = environment.value("CONTENT_LENGTH");
  if (text.empty()) return std::nullopt;
  return whole_number(text, std::int64_t{1} << 40).value_or(-1);
}

std::variant<Request, Response> request_of(const Environment& environment, Secret body, Instant now,
                                           const Settings& settings) {
  if (const auto fault = find_fault(environment)) return refuse_request(*fault);
  auto path = routed_path(environment, settings);
  if (path.size() > path_size_limit) return refuse_request("The path is too long.");
  if (!has_body(environment, path, settings.site.mount)) {
    body = Secret{};
  } else if (auto refused = find_body_fault(environment, body, settings.limits.body)) {
    return *std::move(refused);
  }

  Request request;
  request.now = now;
  request.method = environment.value("REQUEST_METHOD");
  request.path = std::move(path);
  request.query = environment.value("QUERY_STRING");
  request.original_uri = environment.value("REQUEST_URI");
  request.authorizer = environment.value("FCGI_ROLE") == "AUTHORIZER";
  request.identified_before = was_identified(environment);
  request.access_checker = is_access_checker(environment);
  request.server_software = environment.value("SERVER_SOFTWARE");
  add_headers(request, environment);
  if (std::any_of(request.headers.begin(), request.headers.end(), is_too_large))
    return refuse_request("A request header is too large.");
  restore_authorization(request, environment);
  split_joined_cookies(request);
  request.content_type = environment.value("CONTENT_TYPE");
  request.body = std::move(body);
  const auto peer = peer_of(environment, request, settings.site.trusted_proxies);
  request.client = peer.address;
  request.secure = peer.secure;
  return request;
}

}  // namespace cardea
