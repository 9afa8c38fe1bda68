#include "setup/visit.h"

#include <array>
#include <utility>

#include "base/utf8.h"
#include "config/load.h"
#include "config/values.h"
#include "web/forms.h"
#include "web/routes.h"

namespace cardea {
namespace {

constexpr std::array<std::pair<std::string_view, Door>, 2> doors{
    {{"/setup", Door::setup}, {"/repair", Door::repair}}};

struct Guess {
  std::string mount;
  Door door = Door::none;
};

bool is_mount(std::string_view path) {
  return path != "/" && is_plain_path(path) && path.size() <= 100;
}

// Nothing if the path is no door.
std::optional<Guess> door_at(std::string_view path) {
  for (const auto& [end, door] : doors) {
    if (!path.ends_with(end)) continue;
    const auto mount = path.substr(0, path.size() - end.size());
    if (is_mount(mount)) return Guess{std::string(mount), door};
  }
  return std::nullopt;
}

// Some servers call the first part of the route a part of the script's name: "/auth/pages" and "/sign-in".
std::string_view without_route(std::string_view script) {
  for (const auto& route : route_table()) {
    const auto first = route.path.substr(0, route.path.find('/', 1));
    if (first.size() > 1 && script.size() > first.size() && script.ends_with(first))
      return script.substr(0, script.size() - first.size());
  }
  return script;
}

std::string mount_around(std::string_view path, std::string_view script) {
  script = without_route(script);
  if (is_mount(script) && path.starts_with(std::string(script) + "/")) return std::string(script);
  const auto first = path.substr(0, path.find('/', 1));
  return is_mount(first) ? std::string(first) : "/auth";
}

Guess guess_of(const Environment& environment) {
  const auto uri = environment.value("REQUEST_URI");
  const auto path = uri.substr(0, uri.find('?'));
  if (path.size() > path_size_limit) return {"/auth", Door::none};
  if (auto found = door_at(path)) return *std::move(found);
  const auto script = environment.value("SCRIPT_NAME");
  const auto below = environment.value("PATH_INFO");
  if (script.size() + below.size() <= path_size_limit)
    if (auto found = door_at(std::string(script).append(below))) return *std::move(found);
  return {mount_around(path, script), Door::none};
}

// "example.com", "localhost:8080": what the browser calls the site, as far as that is an origin.
std::string site_of(const Environment& environment, bool https) {
  auto host = ascii_lower(environment.value("HTTP_HOST"));
  if (host.empty()) host = ascii_lower(environment.value("SERVER_NAME"));
  const std::string_view usual_port = https ? ":443" : ":80";
  if (host.ends_with(usual_port)) host.resize(host.size() - usual_port.size());
  const auto url = (https ? "https://" : "http://") + host;
  return is_origin(url) ? url : (https ? "https://localhost" : "http://localhost");
}

Settings default_settings(const Guess& guess) {
  auto parsed = parse_settings(
      "[site]\nurl = http://localhost\nmount = " + guess.mount + "\n[database]\nurl = sqlite:/nowhere.db\n",
      "/nowhere/cardea.ini");
  auto* settings = std::get_if<Settings>(&parsed);
  if (settings == nullptr) throw std::logic_error("the default settings are refused");
  return std::move(*settings);
}

bool is_loopback(const Address& address) {
  static const auto four = parse_network("127.0.0.0/8");
  static const auto six = parse_network("::1");
  return four->contains(address) || six->contains(address);
}

// A proxy on this machine has a loopback address, too. But the site has another name then, or the proxy added a header.
bool is_on_this_machine(const Request& request, std::string_view url) {
  auto host = host_of_origin(url);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const auto address = parse_address(host);
  const bool named_so = host == "localhost" || (address && is_loopback(*address));
  return named_so && is_loopback(request.client) && !was_passed_on(request);
}

std::optional<Language> asked_language(const Request& request) {
  constexpr std::string_view name = "language=";
  const std::string_view query = request.query;
  const auto at = query.find(name);
  if (at == query.npos || (at > 0 && query[at - 1] != '&')) return std::nullopt;
  const auto value = query.substr(at + name.size());
  return language_of_tag(value.substr(0, value.find('&')));
}

void complete(Visit& visit) {
  const auto& request = visit.request;
  visit.language = asked_language(request).value_or(language_of(request, visit.settings));
  visit.is_private = request.secure || is_on_this_machine(request, visit.settings.site.url);
}

}  // namespace

std::variant<Visit, Response> visit_of(const Environment& environment, Secret body, Instant now) {
  const auto guess = guess_of(environment);
  Visit visit;
  visit.settings = default_settings(guess);
  visit.door = guess.door;
  auto read = request_of(environment, std::move(body), now, visit.settings);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  visit.request = std::get<Request>(std::move(read));
  auto& site = visit.settings.site;
  site.url = site_of(environment, visit.request.secure);
  site.name = host_of_origin(site.url);
  complete(visit);
  return visit;
}

Visit visit_of(const Request& request, const Settings& settings) {
  Visit visit;
  visit.request = request;
  visit.settings = settings;
  visit.door = door_at(request.path).value_or(Guess{}).door;
  complete(visit);
  return visit;
}

std::string address_of_door(Door door, const Visit& visit) {
  for (const auto& [end, named] : doors)
    if (named == door)
      return std::string(visit.settings.site.url).append(visit.settings.site.mount).append(end);
  return visit.settings.site.url;
}

}  // namespace cardea
