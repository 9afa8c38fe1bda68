// A program that was uploaded and never configured: its directory, the document root beside it, and browsers.
#pragma once

#include <sys/stat.h>
#include <unistd.h>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "setup/doors.h"
#include "setup/place.h"
#include "setup/proof.h"
#include "support/temporary_directory.h"

namespace cardea::testing {

inline constexpr std::string_view admin_password = "correct horse battery staple";

// The file system's own clock dates proofs, so these tests live in the present.
[[nodiscard]] inline Instant present() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

struct Answered {
  std::string bytes;
  [[nodiscard]] bool holds(std::string_view part) const { return bytes.find(part) != std::string::npos; }
  [[nodiscard]] int status() const { return std::stoi(bytes.substr(8, 3)); }  // "Status: 200 OK"
  // "cardea_setup=…" as a browser sends it back; empty if none is set.
  [[nodiscard]] std::string cookie() const {
    const auto at = bytes.find("Set-Cookie: ");
    return at == std::string::npos ? "" : bytes.substr(at + 12, bytes.find(';', at) - at - 12);
  }
  // The name of the file that the page asks for; empty if it asks for none.
  [[nodiscard]] std::string proof() const {
    const auto at = bytes.find("cardea-setup-");
    return at == std::string::npos ? "" : bytes.substr(at, bytes.find(".txt", at) + 4 - at);
  }
};

class Uploaded {
  TemporaryDirectory directory_{"setup"};

 public:
  Uploaded() {
    std::filesystem::create_directories(program());
    std::filesystem::create_directories(public_html());
    ::chmod(program().c_str(), 0755);
    why.errors = {
        {program() + "/cardea.ini", 0, "it cannot be opened: the canary of the host", FileFault::missing}};
    context.program = program();
  }

  [[nodiscard]] std::string program() const { return directory_.file("home/cardea"); }
  [[nodiscard]] std::string public_html() const { return directory_.file("home/public_html"); }
  [[nodiscard]] std::string config() const { return program() + "/cardea.ini"; }
  [[nodiscard]] std::string file(const std::string& name) const { return directory_.file(name); }
  [[nodiscard]] Place place() const { return choose_place({program(), public_html(), config(), true}); }

  void put(const std::string& path, const std::string& text = "", mode_t mode = 0644) const {
    std::ofstream{path, std::ios::binary} << text;
    ::chmod(path.c_str(), mode);
  }

  // https from 192.0.2.7, unless `more` says otherwise; a later value of a name wins.
  Answered ask(std::string_view method, std::string_view uri, std::vector<Environment::Variable> more = {},
               std::string body = {}) {
    const auto length = std::to_string(body.size());
    std::vector<Environment::Variable> all{{"REQUEST_METHOD", method},        {"REQUEST_URI", uri},
                                           {"HTTP_HOST", "example.com"},      {"HTTPS", "on"},
                                           {"REMOTE_ADDR", "192.0.2.7"},      {"DOCUMENT_ROOT", root_},
                                           {"SERVER_SOFTWARE", "canary/1.0"}, {"CONTENT_LENGTH", length}};
    const auto question = uri.find('?');
    if (question != uri.npos) all.emplace_back("QUERY_STRING", uri.substr(question + 1));
    if (method == "POST") all.emplace_back("CONTENT_TYPE", "application/x-www-form-urlencoded");
    for (const auto& [name, value] : more) {
      std::erase_if(all, [&](const auto& variable) { return variable.first == name; });
      all.emplace_back(name, value);
    }
    Environment environment;
    for (const auto& [name, value] : all) environment.add(name, value);
    return {unconfigured_answer(environment, Secret(std::move(body)), why, context, now)};
  }

  // The cookie of a browser whose user has uploaded the file.
  std::string owner() {
    const auto first = ask("GET", "/auth/setup");
    put(program() + '/' + first.proof());
    return first.cookie();
  }

  Answered post(const std::string& cookie, const std::string& body, std::string_view uri = "/auth/setup") {
    return ask("POST", uri, {{"HTTP_COOKIE", cookie}, {"HTTP_ORIGIN", "https://example.com"}}, body);
  }

  // The form as the owner fills it in, on SQLite.
  [[nodiscard]] std::string answers(const std::string& more = "") const {
    return "url=https%3A%2F%2Fexample.com&database=sqlite&path=" + program() +
           "/cardea.db&email=owner%40example.com&admin_password=correct+horse+battery+staple" + more;
  }

  Unconfigured why{.cause = "configuration_missing", .config = config(), .config_is_named = true};
  DoorContext context;
  Instant now = present();

 private:
  std::string root_ = public_html();
};

}  // namespace cardea::testing
