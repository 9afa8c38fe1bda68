#include "web/in.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>

#include "base/encoding.h"
#include "base/utf8.h"
#include "web/answer.h"
#include "web/cookies.h"

namespace cardea {
namespace {

bool is_text(std::string_view value) {
  const auto is_odd = [](unsigned char letter) { return letter < 0x20 && letter != '\t'; };
  return !has_ascii_control(value) || std::none_of(value.begin(), value.end(), is_odd);
}

// Where Apache keeps Authorization after an internal redirect.
constexpr std::string_view authorization_left = "REDIRECT_HTTP_AUTHORIZATION";

bool has_two_authorizations(const Environment& environment) {
  const auto left = environment.value(authorization_left);
  const auto given = left.empty() ? left : environment.value("HTTP_AUTHORIZATION");
  return !given.empty() && given != left;
}

// Why the variables are refused; nothing if they are not.
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
  // Other servers than nginx join lines of one name: there, a second variable is a header X_Forwarded_For, which the
  // client wrote and its proxy did not know.
  const bool is_nginx = environment.value("SERVER_SOFTWARE").starts_with("nginx");
  if (environment.contradicts_itself() || (environment.repeats_hops() && !is_nginx))
    return "A request variable was given twice.";
  return std::nullopt;
}

// The headers listed here have one value, which we act on: two different ones are an attack or a mistake. The lines of
// all other headers form one list (RFC 9110 section 5.3).
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

// HTTP_USER_AGENT -> user-agent. HTTP_PROXY is left out (CVE-2016-5385).
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

Role role_of(const Environment& environment) {
  if (!is_authorizer(environment)) return Role::responder;
  return environment.value("FCGI_APACHE_ROLE") == "ACCESS_CHECKER" ? Role::access_checker : Role::authorizer;
}

// Apache runs its access checker again for a rewritten URL, and passes the variables that the first run set. Clients
// cannot set these names: the variables of headers begin with HTTP_.
bool was_identified(const Environment& environment) {
  if (role_of(environment) != Role::access_checker) return false;
  return !environment.value("AUTH_USER_ID").empty() || !environment.value("REDIRECT_AUTH_USER_ID").empty();
}

std::string_view path_part(std::string_view uri) {
  return uri.substr(0, uri.find('?'));
}

bool lies_below(std::string_view path, std::string_view mount) {
  return path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/');
}

// An authorizer may be told of a body but never gets it; /denied gets the body of the request that was refused, however
// large; nginx announces to /verify a body that it does not send. For all of them there is no body.
bool has_body(const Environment& environment, std::string_view path, std::string_view mount) {
  const auto method = environment.value("REQUEST_METHOD");
  if (is_authorizer(environment) || method == "GET" || method == "HEAD") return false;
  const auto below = path.starts_with(mount) ? path.substr(mount.size()) : path;
  return below != "/verify" && below != "/denied";
}

// Why the body is refused; nothing if it has the announced length and is within the limit.
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

// The client's own path if it is below our mount. Otherwise a server asks while it serves another page (an error
// document, a sub-request): then SCRIPT_NAME and PATH_INFO name our route.
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

void Environment::add(std::string_view name, std::string_view value) {
  const bool is_counted = !name.empty() && variables_.size() < environment_count_limit;
  const auto* earlier = is_counted ? find(name) : nullptr;
  const bool differs = earlier != nullptr && earlier->second != value;
  variables_.emplace_back(name, value);
  if (!differs) return;
  contradicts_itself_ |= !may_repeat(name);
  repeats_headers_ |= may_repeat(name);
  repeats_hops_ |= name.starts_with("HTTP_X_FORWARDED_") || name == "HTTP_FORWARDED";
}

const Environment::Variable* Environment::find(std::string_view name) const {
  const auto end = variables_.begin() + std::min(variables_.size(), environment_count_limit);
  const auto found =
      std::find_if(variables_.begin(), end, [name](const Variable& one) { return one.first == name; });
  return found == end ? nullptr : &*found;
}

std::string_view Environment::value(std::string_view name) const {
  const auto* found = find(name);
  return found == nullptr ? std::string_view{} : found->second;
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

bool is_authorizer(const Environment& environment) {
  return environment.value("FCGI_ROLE") == "AUTHORIZER";
}

TransportMode mode_at(Instant now, const TransportSettings& settings) {
  const bool sunset = settings.header_sunset && now >= *settings.header_sunset;
  return sunset ? TransportMode::cookie : settings.mode;
}

void complete_request(Request& request, const Settings& settings) {
  split_joined_cookies(request);
  request.cookies = parse_cookies(request.header("cookie"));
  request.transport_mode = mode_at(request.now, settings.transport);
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
  request.role = role_of(environment);
  request.identified_before = was_identified(environment);
  request.server_software = environment.value("SERVER_SOFTWARE");
  add_headers(request, environment);
  if (std::any_of(request.headers.begin(), request.headers.end(), is_too_large))
    return refuse_request("A request header is too large.");
  restore_authorization(request, environment);
  complete_request(request, settings);
  request.content_type = environment.value("CONTENT_TYPE");
  request.body = std::move(body);
  const auto peer = peer_of(environment, request, settings.site.trusted_proxies);
  request.client = peer.address;
  request.secure = peer.secure;
  return request;
}

namespace {

// What one proxy wrote about its client.
struct Hop {
  std::string node;   // without quotes; empty if the proxy did not say
  std::string proto;  // the same
};

// The hops in the order in which they were written; if there are more than hop_limit, the last ones.
struct Hops {
  std::deque<Hop> list;
  bool cut = false;
  std::size_t client = 0;  // which of them the client is
};

bool is_trusted(const Address& address, const std::vector<Network>& proxies) {
  return std::any_of(proxies.begin(), proxies.end(),
                     [&](const Network& network) { return network.contains(address); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// A number, or a name in its place (RFC 7239 section 6.2).
bool is_port(std::string_view text) {
  constexpr std::size_t max_port = 16;
  const auto is_part = [](unsigned char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= 'a' && letter <= 'z') || letter == '.' || letter == '-' || letter == '_';
  };
  if (text.starts_with('_'))
    return text.size() > 1 && text.size() <= max_port && std::all_of(text.begin(), text.end(), is_part);
  return text.size() <= 5 && whole_number(text, 65535).has_value();
}

bool is_unspecified(const Address& address) {
  return address == *parse_address("0.0.0.0") || address == *parse_address("::");
}

// 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1], [2001:db8::1]:80. An IPv6 address without brackets
// has no port.
std::optional<Address> parse_node(std::string_view node) {
  if (node.starts_with('[')) {
    const auto end = node.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto port = node.substr(end + 1);
    const auto inside = node.substr(1, end - 1);
    const bool is_fine = port.empty() || (port.front() == ':' && is_port(port.substr(1)));
    if (!is_fine || inside.find(':') == std::string_view::npos) return std::nullopt;
    return parse_address(inside);
  }
  const auto dot = node.rfind('.');
  const auto colon = dot == std::string_view::npos ? dot : node.find(':', dot);
  if (colon == std::string_view::npos) return parse_address(node);
  return is_port(node.substr(colon + 1)) ? parse_address(node.substr(0, colon)) : std::nullopt;
}

// The address in the text, this machine's socket, or an unknown client.
Address address_of(std::string_view node) {
  if (node.starts_with(local_socket().unknown_as)) return local_socket();
  const auto address = parse_node(node);
  return address && !is_unspecified(*address) ? *address : unknown_client(node);
}

// The value without its quotes (RFC 9110 section 5.6.4); nothing if they do not enclose it.
std::optional<std::string> unquoted(std::string_view value) {
  if (!value.starts_with('"')) return std::string(value);
  std::string plain;
  std::size_t i = 1;
  for (; i < value.size() && value[i] != '"'; ++i) {
    if (value[i] == '\\') ++i;
    if (i < value.size()) plain.push_back(value[i]);
  }
  return i + 1 == value.size() ? std::optional{plain} : std::nullopt;
}

// Removes and returns the text before the first separator that is not in quotes.
std::string_view take_until(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != separator); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
  }
  const auto taken = text.substr(0, i);
  text.remove_prefix(std::min(text.size(), i + 1));
  return taken;
}

void add_hop(Hops& hops, Hop hop) {
  if (hops.list.size() == hop_limit) {
    hops.list.pop_front();
    hops.cut = true;
  }
  hops.list.push_back(std::move(hop));
}

// X-Forwarded-For, and X-Forwarded-Proto if it has as many values.
Hops hops_of_list(std::string_view nodes, std::string_view protos) {
  Hops hops;
  const bool fits =
      std::count(nodes.begin(), nodes.end(), ',') == std::count(protos.begin(), protos.end(), ',');
  const auto first = trimmed(protos.substr(0, protos.find(',')));
  for (bool more = true; more;) {
    const auto node = trimmed(nodes.substr(0, nodes.find(',')));
    const auto proto = fits ? trimmed(protos.substr(0, protos.find(','))) : first;
    more = nodes.find(',') != std::string_view::npos;
    nodes.remove_prefix(std::min(nodes.size(), nodes.find(',') + (more ? 1 : 0)));
    if (fits) protos.remove_prefix(more ? protos.find(',') + 1 : protos.size());
    add_hop(hops, {unquoted(node).value_or(std::string(node)), std::string(proto)});
  }
  return hops;
}

// One element of Forwarded: for=…;proto=…;by=…, each at most once. Nothing if it is not of that form.
std::optional<Hop> parse_element(std::string_view element) {
  Hop hop;
  bool has_node = false;
  while (!element.empty()) {
    const auto pair = trimmed(take_until(element, ';'));
    const auto equals = pair.find('=');
    if (pair.empty()) continue;
    if (equals == std::string_view::npos) return std::nullopt;
    auto value = unquoted(pair.substr(equals + 1));
    if (!value) return std::nullopt;
    const auto name = ascii_lower(pair.substr(0, equals));
    if (name == "proto") hop.proto = *value;
    if (name != "for") continue;
    if (has_node) return std::nullopt;
    has_node = true;
    hop.node = *std::move(value);
  }
  return hop;
}

bool name_a_client(const Hops& hops) {
  return std::any_of(hops.list.begin(), hops.list.end(), [](const Hop& hop) { return !hop.node.empty(); });
}

// Forwarded (RFC 7239 section 4). Nothing if it is malformed: a client may have written the part before its proxy's.
std::optional<Hops> hops_of_forwarded(std::string_view text) {
  Hops hops;
  for (bool more = true; more;) {
    const auto before = text.size();
    const auto element = take_until(text, ',');
    more = element.size() < before;
    auto hop = parse_element(trimmed(element));
    if (!hop) return std::nullopt;
    add_hop(hops, *std::move(hop));
  }
  return hops;
}

Address client_behind(const Address& neighbour, Hops& hops, const std::vector<Network>& proxies) {
  auto client = neighbour;
  hops.client = hops.list.size();
  while (is_trusted(client, proxies)) {
    if (hops.client == 0) return hops.cut ? unknown_client("too-many-hops") : client;
    client = address_of(hops.list[--hops.client].node);
  }
  return client;
}

// HTTPS is missing in some of Apache's phases, REQUEST_SCHEME in old servers; either of them is enough.
bool server_says_https(const Environment& environment) {
  const auto flag = environment.value("HTTPS");
  return equal_ignoring_ascii_case(flag, "on") || flag == "1" ||
         equal_ignoring_ascii_case(environment.value("REQUEST_SCHEME"), "https");
}

bool has_header(const Request& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [name](const auto& header) { return header.first == name; });
}

std::string_view proto_of(const Hops& hops) {
  if (hops.list.empty()) return {};
  return hops.list[std::min(hops.client, hops.list.size() - 1)].proto;
}

// Whether one of the proxies' own headers says https; nothing if there is no such header.
std::optional<bool> flag_of(const Request& request) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> flags{
      {{"x-forwarded-ssl", "on"},
       {"front-end-https", "on"},
       {"x-forwarded-scheme", "https"},
       {"x-forwarded-protocol", "https"},
       {"x-url-scheme", "https"}}};
  std::optional<bool> said;
  for (const auto& [name, yes] : flags)
    if (has_header(request, name))
      said = said.value_or(true) && equal_ignoring_ascii_case(trimmed(request.header(name)), yes);
  return said;
}

// Replaces the trusted proxy's address and https by those of the client that it names.
void read_proxy(Peer& peer, const Request& request, const std::vector<Network>& proxies) {
  const auto neighbour = peer.address;
  const auto protos = request.header("x-forwarded-proto");
  std::string_view proto = trimmed(protos.substr(0, protos.find(',')));
  std::optional<Address> client;
  Hops hops;
  std::optional<Hops> forwarded;
  if (has_header(request, "x-forwarded-for")) {
    hops = hops_of_list(request.header("x-forwarded-for"), protos);
    client = client_behind(neighbour, hops, proxies);
    proto = proto_of(hops);
  }
  if (has_header(request, "forwarded")) {
    forwarded = hops_of_forwarded(request.header("forwarded"));
    const auto named =
        forwarded ? client_behind(neighbour, *forwarded, proxies) : unknown_client("malformed-Forwarded");
    if (!client) client = named;
    if (*client != named && !(forwarded && !name_a_client(*forwarded)))
      client = unknown_client("two-headers-disagree");
  }
  if (!client && was_passed_on(request)) client = unknown_client("");
  if (client) peer.address = *client;
  if (!has_header(request, "x-forwarded-proto"))
    proto = forwarded ? proto_of(*forwarded) : std::string_view{};
  const auto flag = proto.empty() ? flag_of(request) : equal_ignoring_ascii_case(proto, "https");
  peer.secure = flag.value_or(peer.secure);
}

}  // namespace

Peer peer_of(const Environment& environment, const Request& request,
             const std::vector<Network>& trusted_proxies) {
  Peer peer;
  peer.secure = server_says_https(environment);
  const auto neighbour = environment.value("REMOTE_ADDR");
  // lighttpd writes the socket's path, or this word for a socket that has none.
  const bool is_socket = neighbour.starts_with('/') || neighbour == "anonymous";
  peer.address = is_socket ? local_socket() : address_of(neighbour);
  if (is_trusted(peer.address, trusted_proxies)) read_proxy(peer, request, trusted_proxies);
  return peer;
}

bool was_passed_on(const Request& request) {
  constexpr std::array<std::string_view, 10> names{
      "forwarded",        "via",         "x-real-ip",      "front-end-https",          "x-url-scheme",
      "cf-connecting-ip", "x-client-ip", "true-client-ip", "x-original-forwarded-for", "x-cluster-client-ip"};
  return std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
    return header.first.starts_with("x-forwarded-") ||
           std::find(names.begin(), names.end(), header.first) != names.end();
  });
}

namespace {

constexpr int field_limit = 64;

std::string_view media_type(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type;
}

std::optional<std::string> form_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const auto byte = hex_decode(ascii_lower(text.substr(i + 1, 2)));
      if (!byte || byte->size() != 1) return std::nullopt;
      decoded += *byte;
      i += 2;
    }
  }
  return decoded;
}

// Names of users and devices are cleaned later (base/utf8.h); every other text must be UTF-8.
bool is_acceptable(std::string_view name, std::string_view value) {
  return is_utf8(value) || name == "name" || name == "device_name";
}

void wipe_strings(Json& values) {
  for (auto& value : values)
    if (value.is_string()) wipe(value.get_ref<std::string&>());
}

}  // namespace

std::optional<Json> parse_form(std::string_view text) {
  Json values = Json::object();
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = form_decode(pair.substr(0, equals));
    const auto value =
        equals == std::string_view::npos ? std::string{} : form_decode(pair.substr(equals + 1));
    if (!name || !value || !is_utf8(*name) || !is_acceptable(*name, *value) || values.contains(*name) ||
        values.size() >= field_limit)
      return std::nullopt;
    values[*name] = *value;
  }
  return values;
}

std::variant<Fields, FieldsFault> Fields::of(const Request& request) {
  const auto body = request.body.reveal();
  if (body.empty()) return Fields(Json::object());
  const auto type = ascii_lower(media_type(request.content_type));
  std::optional<Json> values;
  if (type == "application/json") {
    values = parse_json(body);
  } else if (type == "application/x-www-form-urlencoded") {
    values = parse_form(body);
  } else {
    return FieldsFault::unsupported_type;
  }
  if (!values || !values->is_object()) return FieldsFault::malformed;
  return Fields(std::move(*values));
}

Fields::~Fields() {
  wipe_strings(values_);
}

std::optional<std::string> Fields::name_besides(std::initializer_list<std::string_view> known) const {
  for (const auto& [name, value] : values_.items())
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  return std::nullopt;
}

std::optional<std::string> Fields::text(std::string_view name) const {
  return string_member(values_, name);
}

Secret Fields::take_secret(std::string_view name) {
  const auto found = values_.find(name);
  if (found == values_.end() || !found->is_string()) return {};
  return Secret(std::move(found->get_ref<std::string&>()));
}

bool Fields::flag(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return false;
  if (found->is_boolean()) return found->get<bool>();
  const auto word = string_member(values_, name).value_or("");
  return word == "1" || word == "true" || word == "yes" || word == "on";
}

bool Fields::is_text_or_absent(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->is_string() || found->is_null();
}

bool Fields::is_flag_or_absent(std::string_view name) const {
  const auto found = values_.find(name);
  return (found != values_.end() && found->is_boolean()) || is_text_or_absent(name);
}

}  // namespace cardea
