#include "setup/doors.h"

#include <pwd.h>
#include <unistd.h>
#include <exception>
#include <utility>

#include "base/json.h"
#include "config/values.h"
#include "setup/pages.h"
#include "setup/proof.h"
#include "setup/repair.h"
#include "store/sqlite/connection.h"
#include "web/handle.h"
#include "web/html.h"
#include "web/in.h"
#include "web/origin.h"

namespace cardea {
namespace {

Response page_answer(int status, std::string document) {
  auto response = html_answer(std::move(document));
  response.status = status;
  return response;
}

const SetupTexts& words_of(const Visit& visit) {
  return texts_of(visit.language).setup;
}

bool asks_for(std::string_view name, const Visit& visit) {
  const auto query = parse_form(visit.request.query);
  return query && query->contains(name);
}

// The proof

Response refuse_open_connection(const Visit& visit) {
  const auto& words = words_of(visit);
  const auto address = "https://" + std::string(host_of_origin(visit.settings.site.url)) + visit.request.path;
  const auto title = visit.door == Door::repair ? words.repair_title : words.title;
  return page_answer(403, message_page(title, words.not_private, Link{address, address}, visit));
}

// An empty file under the name that the owner must upload.
Response proof_download(const std::string& file) {
  Response response;
  response.set("Content-Type", "application/octet-stream");
  response.set("Content-Disposition", "attachment; filename=\"" + file + "\"");
  return response;
}

// Calls `inside` for the owner; everybody else gets the page that asks for the proof.
template <class Inside>
Response behind_proof(const Visit& visit, const DoorContext& context, const Inside& inside) {
  const auto& words = words_of(visit);
  const bool is_post = visit.request.method == "POST";
  if (!visit.is_private) return refuse_open_connection(visit);
  if (is_post && !is_same_site_call(visit.request, visit.settings.site))
    return page_answer(
        403, message_page(words.title, words.foreign, Link{visit.request.path, words.title}, visit));
  const auto known = proof_secret(visit);
  if (known && is_proven(*known, context.directory(), visit.request.now)) return inside(*known);
  SystemEntropy entropy;
  const auto secret = known ? *known : new_proof_secret(entropy);
  const auto file = proof_file(secret);
  if (known && asks_for("file", visit)) return proof_download(file);
  const bool is_missing = is_post || asks_for("check", visit);
  auto response = page_answer(is_post ? 403 : 200, proof_page(file, is_missing, visit));
  if (!known) response.cookies.push_back(proof_cookie(secret, visit));
  return response;
}

// Set-up

std::string user_name() {
  look_up_names_without_modules();
  const passwd* user = ::getpwuid(::geteuid());
  return user != nullptr ? user->pw_name : std::to_string(::geteuid());
}

Found found_by(const Visit& visit, const Place& place, const DoorContext& context) {
  const auto& request = visit.request;
  Found found;
  found.server = request.server_software;
  found.per_request = context.per_request;
  found.user = user_name();
  const bool is_apache =
      request.server_software.starts_with("Apache") || request.server_software.starts_with("LiteSpeed");
  found.authorization = !is_apache || !request.header("authorization").empty();
  found.sqlite = !on_network_file_system(existing_directory(place.config) + "/.");
  return found;
}

Answers first_answers(const Visit& visit, const Place& place) {
  Answers answers;
  answers.url = visit.settings.site.url;
  answers.host = "localhost";
  answers.path = place.home + "/cardea.db";
  return answers;
}

Answers answers_of(Fields& fields) {
  Answers answers;
  for (const auto& field : answer_fields())
    answers.*field.value = std::string(trim(fields.text(field.name).value_or("")));
  if (fields.text("database") == "sqlite") answers.database = DatabaseKind::sqlite;
  answers.database_password = fields.take_secret("database_password");
  answers.admin_password = fields.take_secret("admin_password");
  return answers;
}

struct Scene {
  const Visit& visit;
  const DoorContext& context;
  Place place;
  std::string document_root;
};

Response finish(const Secret& secret, const HtaccessLines& lines, const Scene& scene) {
  const auto& [visit, context, place, document_root] = scene;
  if (context.log) context.log("set-up is complete: " + place.config);
  const auto left = remove_proof(secret, context.directory()) ? std::string{} : proof_file(secret);
  auto response = page_answer(200, done_page(left, lines, visit));
  auto cookie = proof_cookie(secret, visit);
  cookie.value.clear();
  cookie.max_age = seconds{0};
  response.cookies.push_back(std::move(cookie));
  return response;
}

HtaccessLines write_lines(const Installation& installation, const Scene& scene) {
  const auto site = web_site(scene.place, scene.document_root, installation.settings.site);
  auto lines = site && scene.context.htaccess ? scene.context.htaccess(*site) : HtaccessLines{};
  // It is FastCGI already, by other lines than those of the archive.
  if (!scene.context.per_request && lines.fastcgi == Lines::refused) lines.fastcgi = Lines::untried;
  return lines;
}

// 400 if nothing was written, 503 if a step failed.
Response take_answers(Fields& fields, const Secret& secret, const Scene& scene) {
  const auto& [visit, context, place, document_root] = scene;
  SetupForm form{place, found_by(visit, place, context), answers_of(fields)};
  auto checked =
      check_answers(form.answers, {visit.settings.site.mount, document_root, place, visit.language});
  if (auto* problems = std::get_if<AnswerProblems>(&checked)) {
    form.problems = std::move(*problems);
    return page_answer(400, setup_page(form, visit));
  }
  SystemEntropy entropy;
  const auto& installation = std::get<Installation>(checked);
  HtaccessLines lines;
  form.failure = install(installation,
                         {entropy, visit.request.now, {}, [&] { lines = write_lines(installation, scene); }});
  if (!form.failure) return finish(secret, lines, scene);
  if (context.log)
    context.log("set-up: " + std::string(step_in_words(form.failure->step, Language::en)) + ": " +
                form.failure->why);
  return page_answer(503, setup_page(form, visit));
}

Response set_up(const Secret& secret, const Scene& scene) {
  const auto& visit = scene.visit;
  if (visit.request.method == "POST" && scene.place.is_usable) {
    auto fields = Fields::of(visit.request);
    if (auto* given = std::get_if<Fields>(&fields)) return take_answers(*given, secret, scene);
  }
  const SetupForm form{scene.place, found_by(visit, scene.place, scene.context),
                       first_answers(visit, scene.place)};
  return page_answer(200, setup_page(form, visit));
}

// Everything while the program cannot work

Response everybody(const Unconfigured& why, const Visit& visit, bool is_open) {
  const auto& words = words_of(visit);
  const bool is_missing = why.cause == "configuration_missing" && is_open;
  auto response = page_answer(
      503, is_missing ? message_page(words.not_ready_title, words.not_ready,
                                     Link{address_of_door(Door::setup, visit), words.title}, visit)
                      : message_page(words.broken_title, words.broken,
                                     Link{address_of_door(Door::repair, visit), words.repair_title}, visit));
  response.set("Retry-After", "30");
  return response;
}

Response closed(const Visit& visit) {
  const auto& words = words_of(visit);
  const Link link{address_of_door(Door::repair, visit), words.repair_title};
  return page_answer(404, message_page(words.closed_title, words.closed, link, visit));
}

bool is_read_or_sent(const Request& request) {
  return request.method == "GET" || request.method == "HEAD" || request.method == "POST";
}

// Nothing for what gets the bare 503.
std::optional<Response> page_for(const Visit& visit, const Unconfigured& why, const DoorContext& context,
                                 std::string_view document_root) {
  if (!is_read_or_sent(visit.request)) return std::nullopt;
  const bool is_missing = why.cause == "configuration_missing";
  const auto root = web_root(context.directory(), std::string(document_root));
  const auto place = choose_place({context.directory(), root, why.config, why.config_is_named});
  const bool is_open = is_missing && !is_closed(place);
  if (visit.door == Door::setup) {
    if (!is_open) return closed(visit);
    return behind_proof(visit, context, [&](const Secret& secret) {
      return set_up(secret, {visit, context, place, root});
    });
  }
  if (visit.door == Door::repair)
    return behind_proof(visit, context, [&](const Secret&) {
      return page_answer(200, repair(visit, {std::nullopt, why, place, root}, context));
    });
  if (is_page_navigation(visit.request)) return everybody(why, visit, is_open);
  return std::nullopt;
}

bool asks_for_health(const Environment& environment) {
  if (is_authorizer(environment)) return false;
  const auto uri = environment.value("REQUEST_URI");
  return environment.value("PATH_INFO").ends_with("/health") ||
         uri.substr(0, uri.find('?')).ends_with("/health");
}

std::optional<Response> answer(const Environment& environment, Secret body, const Unconfigured& why,
                               const DoorContext& context, Instant now) {
  if (is_authorizer(environment) || asks_for_health(environment)) return std::nullopt;
  auto visited = visit_of(environment, std::move(body), now);
  if (auto* refused = std::get_if<Response>(&visited)) return std::move(*refused);
  const auto& visit = std::get<Visit>(visited);
  auto response = page_for(visit, why, context, environment.value("DOCUMENT_ROOT"));
  if (response && visit.request.method == "HEAD") response->body.clear();
  return response;
}

}  // namespace

std::string unconfigured_answer(const Environment& environment, Secret body, const Unconfigured& why,
                                const DoorContext& context, Instant now) {
  try {
    if (auto response = answer(environment, std::move(body), why, context, now)) {
      add_common_headers(*response);
      return cgi_bytes(*response);
    }
  } catch (const std::exception& failure) {
    if (context.log) context.log(failure.what());
  }
  return broken_answer(environment, why.cause);
}

std::string broken_answer(const Environment& environment, std::string_view cause) {
  std::string answer =
      "Status: 503 Service Unavailable\r\n"
      "Content-Type: application/json\r\n"
      "Cache-Control: no-store\r\n"
      "Retry-After: 30\r\n\r\n"
      "{\"code\":503,\"error\":\"temporarily_unavailable\",";
  if (!asks_for_health(environment))
    return answer.append("\"error_description\":\"The server cannot answer; its log says why.\"}\n");
  constexpr std::string_view about_configuration = "configuration_";
  answer.append("\"status\":\"broken\",\"cause\":\"").append(cause).append("\"");
  if (cause.starts_with(about_configuration))
    answer.append(",\"configuration\":\"").append(cause.substr(about_configuration.size())).append("\"");
  return answer.append("}\n");
}

bool asks_to_repair(const Request& request, const SiteSettings& site) {
  return request.role == Role::responder && request.path.ends_with("/repair") &&
         request.path == site.mount + "/repair" && is_read_or_sent(request);
}

std::optional<Response> repair_answer(const Request& request, const Settings& settings,
                                      const DoorContext& context) {
  if (!asks_to_repair(request, settings.site)) return std::nullopt;
  const auto visit = visit_of(request, settings);
  auto response = behind_proof(visit, context, [&](const Secret&) {
    return page_answer(200, repair(visit, {settings, {}, {}, {}}, context));
  });
  if (request.method == "HEAD") response.body.clear();
  add_common_headers(response);
  return response;
}

}  // namespace cardea
