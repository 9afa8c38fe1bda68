#include "setup/place.h"

#include <boost/test/unit_test.hpp>

#include "setup/scene.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(places)

BOOST_AUTO_TEST_CASE(a_named_file_wins_and_else_it_lies_beside_the_program) {
  const Uploaded host;
  const auto named =
      choose_place({host.program(), host.public_html(), host.file("home/private/cardea.ini"), true});
  BOOST_TEST(named.config == host.file("home/private/cardea.ini"));
  BOOST_TEST(named.is_usable);
  BOOST_TEST(named.pointer == "");
  const auto beside = choose_place({host.program(), host.public_html(), "/etc/cardea/cardea.ini", false});
  BOOST_TEST(beside.config == host.config());
  BOOST_TEST(beside.is_usable);
}

BOOST_AUTO_TEST_CASE(a_program_in_the_document_root_keeps_its_settings_beside_the_root_with_a_pointer) {
  const Uploaded host;
  const auto inside = host.public_html() + "/cgi-bin";
  std::filesystem::create_directories(inside);
  const auto place = choose_place({inside, host.public_html(), "/etc/cardea/cardea.ini", false});
  BOOST_TEST(place.config == host.file("home/cardea/cardea.ini"));
  BOOST_TEST(place.pointer == inside + "/cardea-config.txt");
  BOOST_TEST(place.is_usable);
}

BOOST_AUTO_TEST_CASE(
    a_program_in_a_cgi_bin_outside_the_document_root_keeps_its_settings_in_the_folder_beside_it) {
  const Uploaded host;
  const auto cgi_bin = host.file("home/cgi-bin");
  std::filesystem::create_directories(cgi_bin);
  const HostPaths paths{cgi_bin, host.public_html(), "/etc/cardea/cardea.ini", false};
  BOOST_TEST(choose_place(paths).config == host.config());
  BOOST_TEST(choose_place(paths).is_usable);
  BOOST_TEST(choose_place(paths).pointer == "");
  std::filesystem::remove(host.program());
  BOOST_TEST(choose_place(paths).config == cgi_bin + "/cardea.ini");
  // A place that was used stays the place.
  host.put(cgi_bin + "/cardea.ini", "[site]\n", 0600);
  std::filesystem::create_directories(host.program());
  BOOST_TEST(choose_place(paths).config == cgi_bin + "/cardea.ini");
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_named_like_a_document_root_is_one_whatever_the_server_tells) {
  const Uploaded host;
  const auto inside = host.public_html() + "/cgi-bin";
  std::filesystem::create_directories(inside);
  for (const auto& told : {std::string(), inside + "/cardea.cgi", host.file("home/other")})
    BOOST_TEST(web_root(inside, told) == host.public_html(), told);
  BOOST_TEST(web_root(inside, host.file("home")) == host.file("home"));
  BOOST_TEST(web_root(host.program(), "/srv/site") == "/srv/site");
}

BOOST_AUTO_TEST_CASE(no_place_is_in_the_document_root_also_by_way_of_a_link_or_dots) {
  const Uploaded host;
  std::filesystem::create_directory_symlink(host.public_html(), host.file("home/link"));
  for (const auto& path : {host.public_html() + "/cardea.ini", host.file("home/link/cardea.ini"),
                           host.program() + "/../public_html/deep/cardea.ini"})
    BOOST_TEST(!choose_place({host.program(), host.public_html(), path, true}).is_usable, path);
  // A root with a slash at its end, and one that only begins like it.
  BOOST_TEST(lies_in(host.public_html() + "/x", host.public_html() + "/"));
  BOOST_TEST(!lies_in(host.public_html() + "2/x", host.public_html()));
  BOOST_TEST(!lies_in("/anywhere", ""));
  // The server tells another root.
  for (const auto* told : {"", "/srv/www"})
    BOOST_TEST(!choose_place({host.program(), told, host.public_html() + "/cardea.ini", true}).is_usable);
}

BOOST_AUTO_TEST_CASE(a_folder_that_everybody_may_write_to_is_no_place) {
  const Uploaded host;
  ::chmod(host.program().c_str(), 0777);
  BOOST_TEST(!choose_place({host.program(), host.public_html(), host.config(), true}).is_usable);
}

BOOST_AUTO_TEST_CASE(a_configuration_that_the_program_does_not_read_is_not_overwritten) {
  const Uploaded host;
  host.put(host.config(), "[site]\n", 0600);
  const auto place = choose_place({host.program(), host.public_html(), host.config(), true});
  BOOST_TEST(place.config_exists);
  BOOST_TEST(!place.is_usable);
}

BOOST_AUTO_TEST_CASE(the_marker_closes_set_up_unless_a_draft_is_there) {
  const Uploaded host;
  const auto place = choose_place({host.program(), host.public_html(), host.config(), true});
  BOOST_TEST(!is_closed(place));
  host.put(place.marker());
  BOOST_TEST(is_closed(place));
  host.put(place.draft());
  BOOST_TEST(!is_closed(place));
}

BOOST_AUTO_TEST_CASE(a_folder_that_was_used_stays_the_place_also_for_a_process_that_began_before) {
  const Uploaded host;
  const HostPaths began_before{host.program(), host.public_html(), "/etc/cardea/cardea.ini", false};
  host.put(host.config(), "[site]\n", 0600);
  BOOST_TEST(choose_place(began_before).config == host.config());
  host.put(choose_place(began_before).marker());
  BOOST_TEST(is_closed(choose_place(began_before)));
  std::filesystem::remove(host.config());
  ::chmod(host.program().c_str(), 0777);  // not usable any more
  BOOST_TEST(choose_place(began_before).config == host.config());
  BOOST_TEST(is_closed(choose_place(began_before)));
}

BOOST_AUTO_TEST_SUITE_END()
