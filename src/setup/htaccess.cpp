#include "setup/htaccess.h"

#include <sys/stat.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include "config/load.h"
#include "config/private_file.h"

namespace cardea {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view lines_file = ".htaccess";
// The lines of a gate, in the order in which they are tried: by mod_fcgid, and by PHP.
constexpr std::array<std::string_view, 2> gate_files{".htaccess-fcgid", ".htaccess-guard"};
constexpr std::string_view guard_by_php = "guard.php";

constexpr std::size_t text_limit = std::size_t{256} * 1024;

// Nothing if it is not there or too large.
std::optional<std::string> text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(text_limit + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text.size() <= text_limit ? std::optional{std::move(text)} : std::nullopt;
}

// Everybody may read it: the web server does, and PHP.
bool write_public(const std::string& path, std::string_view text) {
  return replace_file(path, text, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
}

// Nothing that has a meaning in a line of .htaccess.
bool is_plain_file_name(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+~").find(c) != std::string_view::npos;
  });
}

std::string with_program(std::string text, const std::string& program) {
  for (auto at = text.find(program_placeholder); at != std::string::npos;
       at = text.find(program_placeholder, at + program.size()))
    text.replace(at, program_placeholder.size(), program);
  return text;
}

// A directory for one trial, which the web server can read.
class Trial {
 public:
  explicit Trial(const std::string& parent) : path_(parent + '/' + std::string(trial_name)) {
    std::error_code problem;
    fs::remove_all(path_, problem);  // of a process that was killed
    is_made_ = fs::create_directory(path_, problem) && ::chmod(path_.c_str(), 0755) == 0;
  }
  ~Trial() {
    std::error_code problem;
    fs::remove_all(path_, problem);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  [[nodiscard]] bool put(std::string_view name, std::string_view text) const {
    return is_made_ && write_public(path_ + '/' + std::string(name), text);
  }

 private:
  std::string path_;
  bool is_made_ = false;
};

class Writing {
 public:
  Writing(const WebSite& site, Http& http) : site_(site), http_(http) {}

  HtaccessLines run() {
    const auto fastcgi = write_fastcgi();
    return {fastcgi, write_gate()};
  }

 private:
  [[nodiscard]] std::string folder() const { return fs::path(site_.program).parent_path().string(); }

  // Of the directory of the program: "/cgi-bin".
  [[nodiscard]] std::string address_of_folder() const {
    return '/' + fs::path(folder()).lexically_relative(site_.root).generic_string();
  }

  // Nothing once the site did not answer: then each further request would take as long.
  std::optional<HttpAnswer> ask(const std::string& path) {
    if (is_unreachable_) return std::nullopt;
    HttpCall call;
    call.url = site_.url + path;
    call.trust.allow_private_addresses = true;
    auto answered = http_.call(call);
    if (auto* answer = std::get_if<HttpAnswer>(&answered)) return std::move(*answer);
    is_unreachable_ = true;
    return std::nullopt;
  }

  // GET /health of this program, with or without a configuration.
  bool answers_as_program(const std::string& path) {
    const auto answer = ask(path);
    return answer && answer->body.starts_with('{') && answer->body.find("\"status\":\"") != std::string::npos;
  }

  // 401, or 503 of the program, which has no configuration yet: a gate in front of the page.
  bool is_gated(const std::string& path) {
    const auto answer = ask(path);
    if (!answer) return false;
    return answer->status == 401 ||
           (answer->status == 503 && answer->body.find("\"temporarily_unavailable\"") != std::string::npos);
  }

  // Writes the lines, and takes them back if the site does not work with them.
  static Lines keep(const std::string& file, const std::string& old, const std::string& lines,
                    const std::function<bool()>& works) {
    if (!write_public(file, lines)) return Lines::refused;
    if (works()) return Lines::written;
    (void)write_public(file, old);
    return Lines::refused;
  }

  // There is no file of the name that is asked for: only mod_fcgid, by these lines, can give the program's answer.
  bool fastcgi_works() {
    const Trial trial(folder());
    return trial.put(lines_file,
                     "SetHandler fcgid-script\nFcgidWrapper \"" + site_.program + "\" virtual\n") &&
           answers_as_program(address_of_folder() + '/' + std::string(trial_name) + "/health");
  }

  Lines write_fastcgi() {
    const auto file = folder() + '/' + std::string(lines_file);
    const auto old = text_of(file);
    const auto name = fs::path(site_.program).filename().string();
    const auto lines = "\n# Written by set-up: mod_fcgid runs the program.\n<Files \"" + name +
                       "\">\n    SetHandler fcgid-script\n</Files>\n";
    if (!old || old->find(may_replace) == std::string::npos || old->ends_with(lines)) return Lines::untried;
    if (!fastcgi_works()) return Lines::refused;
    return keep(file, *old, *old + lines, [this] { return answers_as_program(site_.mount + "/health"); });
  }

  bool gate_works(const std::string& lines) {
    const Trial trial(site_.root);
    const auto guard = text_of(members() + '/' + std::string(guard_by_php));
    return trial.put(lines_file, lines) && trial.put("page.html", "A page behind a gate.\n") &&
           (!guard || trial.put(guard_by_php, *guard)) &&
           is_gated('/' + std::string(trial_name) + "/page.html");
  }

  [[nodiscard]] std::string members() const { return site_.root + "/members"; }

  Lines write_gate() {
    const auto file = members() + '/' + std::string(lines_file);
    const auto old = text_of(file);
    if (!old || old->find(may_replace) == std::string::npos || is_gated("/members/")) return Lines::untried;
    for (const auto& name : gate_files) {
      const auto brought = text_of(members() + '/' + std::string(name));
      if (!brought) continue;
      const auto lines = with_program(*brought, site_.program);
      if (gate_works(lines)) return keep(file, *old, lines, [this] { return is_gated("/members/"); });
    }
    const auto shown = ask("/members/");
    return shown && shown->status == 200 ? Lines::open : Lines::refused;
  }

  const WebSite& site_;
  Http& http_;
  bool is_unreachable_ = false;
};

}  // namespace

std::optional<WebSite> web_site(const Place& place, const std::string& root, const SiteSettings& site) {
  std::error_code problem;
  const auto documents = fs::weakly_canonical(root, problem);
  auto program = program_file();
  if (place.pointer.empty() || problem || !is_plain_file_name(program)) return std::nullopt;
  return WebSite{documents.string(), std::move(program), site.url, site.mount};
}

HtaccessLines write_htaccess(const WebSite& site, Http& http) {
  return Writing(site, http).run();
}

}  // namespace cardea
