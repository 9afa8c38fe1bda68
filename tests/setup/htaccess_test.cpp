#include "setup/htaccess.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "setup/scene.h"
#include "support/fake_http.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

const std::string url = "https://example.com";
const std::string plain_cgi = "# Cardea: set-up may replace this file.\nAddHandler cgi-script .cgi\n";
const std::string shut = "# Cardea: set-up may replace this file.\nRequire all denied\n";

// A host: which lines it accepts, and how it answers the program's questions to itself, by the files that are there.
struct Host {
  Uploaded uploaded;
  FakeHttp http;
  std::string root = std::filesystem::weakly_canonical(uploaded.public_html()).string();
  WebSite site{root, root + "/cgi-bin/cardea.cgi", url, "/auth"};
  bool has_fcgid = true;
  bool has_guard = true;
  bool trial_differs = false;  // what works in the directory of the trial fails where it belongs

  Host() {
    for (const auto* folder : {"/cgi-bin", "/members"}) std::filesystem::create_directories(root + folder);
    uploaded.put(root + "/cgi-bin/.htaccess", plain_cgi);
    uploaded.put(root + "/members/.htaccess", shut);
    uploaded.put(root + "/members/.htaccess-fcgid", "FcgidAccessChecker \"@PROGRAM@\"\n");
    uploaded.put(root + "/members/.htaccess-guard", "RewriteRule !^guard\\.php$ guard.php [END]\n");
    uploaded.put(root + "/members/guard.php", "<?php // guards\n");
    http.put(url + "/cgi-bin/cardea-try/health", [this](const HttpCall&) { return trial_of_fastcgi(); });
    http.put(url + "/auth/health", [this](const HttpCall&) { return health(); });
    http.put(url + "/cardea-try/page.html", [this](const HttpCall&) { return gate(root + "/cardea-try"); });
    http.put(url + "/members/", [this](const HttpCall&) { return members(); });
  }

  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream file(root + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] bool holds(const std::string& name, const std::string& part) const {
    return text(name).find(part) != std::string::npos;
  }

  static HttpAnswer program() { return {503, R"({"code":503,"status":"broken","configuration":"missing"})"}; }

  FakeHttp::Answer trial_of_fastcgi() const {
    if (!has_fcgid) return HttpAnswer{500, "<html>"};
    const bool is_run =
        holds("/cgi-bin/cardea-try/.htaccess", "FcgidWrapper \"" + site.program + "\" virtual");
    return is_run ? program() : HttpAnswer{404, "<html>"};
  }
  FakeHttp::Answer health() const {
    const bool is_fastcgi = holds("/cgi-bin/.htaccess", "fcgid-script");
    return is_fastcgi && trial_differs ? HttpAnswer{500, "<html>"} : program();
  }
  FakeHttp::Answer members() const {
    if (text("/members/.htaccess") == shut) return HttpAnswer{403, "<html>"};
    return trial_differs ? HttpAnswer{500, "<html>"} : gate(root + "/members");
  }
  HttpAnswer gate(const std::string& folder) const {
    const auto name = folder.substr(root.size()) + "/.htaccess";
    if (holds(name, "FcgidAccessChecker"))
      return has_fcgid ? HttpAnswer{503, R"({"error":"temporarily_unavailable"})"}
                       : HttpAnswer{500, "<html>"};
    if (!has_guard) return {200, "<?php // guards\n"};
    return std::filesystem::exists(folder + "/guard.php") ? HttpAnswer{401, "{}"} : HttpAnswer{404, ""};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(htaccess)

BOOST_AUTO_TEST_CASE(lines_that_work_in_the_trial_are_written) {
  Host host;
  const auto lines = write_htaccess(host.site, host.http);
  BOOST_TEST((lines.fastcgi == Lines::written));
  BOOST_TEST((lines.gate == Lines::written));
  BOOST_TEST(host.text("/cgi-bin/.htaccess").starts_with(plain_cgi));
  BOOST_TEST(
      host.holds("/cgi-bin/.htaccess", "<Files \"cardea.cgi\">\n    SetHandler fcgid-script\n</Files>\n"));
  BOOST_TEST(host.text("/members/.htaccess") == "FcgidAccessChecker \"" + host.site.program + "\"\n");
  for (const auto* folder : {"/cardea-try", "/cgi-bin/cardea-try"})
    BOOST_TEST(!std::filesystem::exists(host.root + folder), folder);
}

BOOST_AUTO_TEST_CASE(without_mod_fcgid_it_stays_cgi_and_php_guards) {
  Host host;
  host.has_fcgid = false;
  const auto lines = write_htaccess(host.site, host.http);
  BOOST_TEST((lines.fastcgi == Lines::refused));
  BOOST_TEST((lines.gate == Lines::written));
  BOOST_TEST(host.text("/cgi-bin/.htaccess") == plain_cgi);
  BOOST_TEST(host.holds("/members/.htaccess", "guard.php [END]"));
}

BOOST_AUTO_TEST_CASE(where_no_gate_works_the_folder_stays_shut) {
  Host host;
  host.has_fcgid = host.has_guard = false;
  BOOST_TEST((write_htaccess(host.site, host.http).gate == Lines::refused));
  BOOST_TEST(host.text("/members/.htaccess") == shut);
}

BOOST_AUTO_TEST_CASE(a_page_that_is_shown_in_spite_of_the_lines_is_no_gate) {
  Host host;
  host.http.put(url + "/cardea-try/page.html", [](const HttpCall&) {
    return HttpAnswer{200, "A page behind a gate.\n"};
  });
  BOOST_TEST((write_htaccess(host.site, host.http).gate == Lines::refused));
  BOOST_TEST(host.text("/members/.htaccess") == shut);
}

BOOST_AUTO_TEST_CASE(a_server_that_shows_the_folder_all_the_same_is_told) {
  Host host;
  for (const auto* path : {"/cardea-try/page.html", "/members/"})
    host.http.put(url + path, [](const HttpCall&) { return HttpAnswer{200, "a page"}; });
  BOOST_TEST((write_htaccess(host.site, host.http).gate == Lines::open));
  BOOST_TEST(host.text("/members/.htaccess") == shut);
}

BOOST_AUTO_TEST_CASE(a_gate_of_the_host_is_left_alone) {
  Host host;
  host.http.put(url + "/members/", [](const HttpCall&) { return HttpAnswer{401, "{}"}; });
  BOOST_TEST((write_htaccess(host.site, host.http).gate == Lines::untried));
  BOOST_TEST(host.text("/members/.htaccess") == shut);
}

BOOST_AUTO_TEST_CASE(lines_that_fail_where_they_belong_are_taken_back) {
  Host host;
  host.trial_differs = true;
  const auto lines = write_htaccess(host.site, host.http);
  BOOST_TEST((lines.fastcgi == Lines::refused));
  BOOST_TEST((lines.gate == Lines::refused));
  BOOST_TEST(host.text("/cgi-bin/.htaccess") == plain_cgi);
  BOOST_TEST(host.text("/members/.htaccess") == shut);
}

BOOST_AUTO_TEST_CASE(a_site_that_cannot_reach_itself_is_asked_once_and_stays_as_it_is) {
  Host host;
  FakeHttp nobody;
  const auto lines = write_htaccess(host.site, nobody);
  BOOST_TEST((lines.fastcgi == Lines::refused));
  BOOST_TEST((lines.gate == Lines::refused));
  BOOST_TEST(nobody.calls().size() == 1U);
  BOOST_TEST(host.text("/cgi-bin/.htaccess") == plain_cgi);
  BOOST_TEST(host.text("/members/.htaccess") == shut);
}

BOOST_AUTO_TEST_CASE(files_of_others_and_a_second_run_change_nothing) {
  Host host;
  BOOST_TEST((write_htaccess(host.site, host.http).fastcgi == Lines::written));
  const auto written = host.text("/cgi-bin/.htaccess");
  auto lines = write_htaccess(host.site, host.http);
  BOOST_TEST((lines.fastcgi == Lines::untried));
  BOOST_TEST((lines.gate == Lines::untried));
  BOOST_TEST(host.text("/cgi-bin/.htaccess") == written);
  const std::string of_the_owner = "Options +Indexes\n";
  host.uploaded.put(host.root + "/cgi-bin/.htaccess", of_the_owner);
  std::filesystem::remove(host.root + "/members/.htaccess");
  const auto calls = host.http.calls().size();
  lines = write_htaccess(host.site, host.http);
  BOOST_TEST((lines.fastcgi == Lines::untried));
  BOOST_TEST((lines.gate == Lines::untried));
  BOOST_TEST(host.text("/cgi-bin/.htaccess") == of_the_owner);
  BOOST_TEST(!std::filesystem::exists(host.root + "/members/.htaccess"));
  BOOST_TEST(host.http.calls().size() == calls);
}

BOOST_AUTO_TEST_CASE(what_a_killed_process_left_of_a_trial_is_removed) {
  Host host;
  std::filesystem::create_directories(host.root + "/cardea-try/deep");
  BOOST_TEST((write_htaccess(host.site, host.http).gate == Lines::written));
  BOOST_TEST(!std::filesystem::exists(host.root + "/cardea-try"));
}

BOOST_AUTO_TEST_CASE(only_a_program_in_the_document_root_has_lines) {
  const Host host;
  Place place;
  BOOST_TEST(!web_site(place, host.root, {}).has_value());
  place.pointer = host.root + "/cgi-bin/cardea-config.txt";
  SiteSettings settings;
  settings.url = url;
  settings.mount = "/auth";
  const auto site = web_site(place, host.root + "/../public_html/", settings);
  BOOST_REQUIRE(site.has_value());
  BOOST_TEST(site->root == host.root);
  BOOST_TEST(site->url == url);
}

BOOST_AUTO_TEST_SUITE_END()
