#include "config/values.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace cardea;

BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(durations_have_one_unit) {
  const std::vector<std::pair<const char*, std::int64_t>> table{
      {"0", 0},     {"0s", 0},      {"1s", 1},          {"90s", 90},
      {"15m", 900}, {"3h", 10'800}, {"30d", 2'592'000}, {"1y", 31'536'000},
  };
  for (const auto& [text, count] : table) BOOST_TEST(parse_duration(text).value().count() == count);
}

BOOST_AUTO_TEST_CASE(what_is_no_duration_is_refused) {
  for (const auto* text : {"",
                           "1",
                           "60",
                           "30x",
                           "30S",
                           "30 s",
                           " 30s",
                           "30s ",
                           "-30s",
                           "+30s",
                           "1.5h",
                           "1h30m",
                           "s",
                           "3Os",
                           "0x1s",
                           "30ms",
                           "30sec",
                           "1w",
                           "1001y",
                           "99999999999999999999s",
                           "9223372036854775807y"})
    BOOST_TEST(!parse_duration(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(the_text_of_a_duration_is_its_shortest) {
  for (const auto* text : {"0", "1s", "59s", "1m", "90s", "1h", "1d", "30d", "1y", "400d", "10y"})
    BOOST_TEST(duration_text(parse_duration(text).value()) == text);
  BOOST_TEST(duration_text(seconds{3600}) == "1h");
  BOOST_TEST(duration_text(seconds{365 * 86'400}) == "1y");
}

BOOST_AUTO_TEST_CASE(sizes_are_bytes_or_binary_multiples) {
  BOOST_TEST(parse_size("0").value() == 0);
  BOOST_TEST(parse_size("65536").value() == 65'536);
  BOOST_TEST(parse_size("64KiB").value() == 65'536);
  BOOST_TEST(parse_size("19MiB").value() == 19'922'944);
  BOOST_TEST(size_text(65'536) == "64KiB");
  BOOST_TEST(size_text(19'922'944) == "19MiB");
  BOOST_TEST(size_text(65'537) == "65537");
  for (const auto* text : {"", "KiB", "64KB", "64kib", "64K", "64 KiB", "-1", "1.5MiB", "1GiB",
                           "99999999999999999999", "9223372036854775807KiB"})
    BOOST_TEST(!parse_size(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(dates_are_days_that_exist) {
  BOOST_TEST(rfc3339(parse_date("2026-12-31").value()) == "2026-12-31T00:00:00Z");
  BOOST_TEST(rfc3339(parse_date("2028-02-29").value()) == "2028-02-29T00:00:00Z");
  for (const auto* text :
       {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00", "2026-1-1", "26-01-01",
        "2026/01/01", "2026-01-01T00:00", "01-01-2026", "tomorrow", "2026-01-0a", "+026-01-01"})
    BOOST_TEST(!parse_date(text).has_value(), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(lists_are_split_at_commas_and_blanks) {
  BOOST_TEST(split_list("").empty());
  BOOST_TEST(split_list(" , ,").empty());
  const auto items = split_list(" a,b ,  c d,");
  BOOST_TEST((items == std::vector<std::string_view>{"a", "b", "c", "d"}));
  BOOST_TEST((split_words("a, b") == std::vector<std::string_view>{"a,", "b"}));
}

BOOST_AUTO_TEST_CASE(origins_are_written_as_browsers_write_them) {
  for (const auto* text :
       {"https://example.com", "http://example.com", "https://example.com:8443", "http://localhost:8080",
        "http://127.0.0.1", "https://xn--bcher-kva.example", "http://[::1]:8080", "https://[2001:db8::1]",
        "http://example.com:443", "https://a-b.c"})
    BOOST_TEST(is_origin(text), "refused: " << text);
}

BOOST_AUTO_TEST_CASE(what_is_no_origin_is_refused) {
  for (const auto* text : {"",
                           "example.com",
                           "//example.com",
                           "https://",
                           "https:///",
                           "https://example.com/",
                           "https://example.com/a",
                           "https://example.com?a",
                           "https://example.com#a",
                           "https://Example.com",
                           "HTTPS://example.com",
                           "https:example.com",
                           "https://example.com:443",
                           "http://example.com:80",
                           "https://example.com:",
                           "https://example.com:0",
                           "https://example.com:08443",
                           "https://example.com:65536",
                           "https://example.com:8a",
                           "https://user@example.com",
                           "https://u:p@example.com",
                           "https://exa mple.com",
                           "https://example..com",
                           "https://.example.com",
                           "https://example.com.",
                           "https://-a.com",
                           "https://a-.com",
                           "https://a_b.com",
                           "https://b\xC3\xBC"
                           "cher.example",
                           "ftp://example.com",
                           "null",
                           "*",
                           "https://*.example.com",
                           "https://[::1",
                           "https://::1",
                           "https://[0:0::1]",
                           "https://[127.0.0.1]",
                           "https://[::1]x",
                           "https://good.example\\evil.example"})
    BOOST_TEST(!is_origin(text), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(the_host_of_an_origin_has_no_port) {
  BOOST_TEST(host_of_origin("https://example.com") == "example.com");
  BOOST_TEST(host_of_origin("http://localhost:8080") == "localhost");
  BOOST_TEST(host_of_origin("http://[::1]:8080") == "[::1]");
}

BOOST_AUTO_TEST_CASE(plain_paths_need_no_decoding) {
  for (const auto* text : {"/", "/auth", "/a/b", "/~alice", "/a.b-c_d"})
    BOOST_TEST(is_plain_path(text), "refused: " << text);
  for (const auto* text : {"", "auth", "/auth/", "//", "//auth", "/a//b", "/.", "/..", "/a/../b", "/a/.",
                           "/a b", "/a%20b", "/a;b", "/a?b", "/a#b", "/a\"b", "/\xC3\xA9", "/a,b"})
    BOOST_TEST(!is_plain_path(text), "accepted: " << text);
}

BOOST_AUTO_TEST_CASE(a_cookie_path_covers_what_lies_below_it) {
  BOOST_TEST(cookie_path_covers("/", "/auth"));
  BOOST_TEST(cookie_path_covers("/auth", "/auth"));
  BOOST_TEST(cookie_path_covers("/auth", "/auth/refresh"));
  BOOST_TEST(!cookie_path_covers("/auth", "/authority"));
  BOOST_TEST(!cookie_path_covers("/auth/refresh", "/auth"));
  BOOST_TEST(!cookie_path_covers("/other", "/auth"));
}

BOOST_AUTO_TEST_CASE(a_text_is_trimmed_at_both_ends_only) {
  BOOST_TEST(trim(" \ta \t b\t ") == "a \t b");
  BOOST_TEST(trim("a") == "a");
  BOOST_TEST(trim(" \t ") == "");
  BOOST_TEST(trim("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
