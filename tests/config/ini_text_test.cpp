#include "config/load.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace cardea;

namespace {

std::string value_of(const IniText& ini, const std::string& section, const std::string& key) {
  const auto found = ini.values.find({section, key});
  return found == ini.values.end() ? "(none)" : std::string{found->second.value.reveal()};
}

// The lines that something is wrong with.
std::vector<int> refused_lines(std::string_view text) {
  std::vector<int> lines;
  for (const auto& finding : read_ini(text).findings) lines.push_back(finding.line);
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ini_text)

BOOST_AUTO_TEST_CASE(sections_keys_and_lines_are_found) {
  const auto ini = read_ini("# c\n[a]\nx = 1\n\n;y = 2\ny=3 \n[b]\nx\t=\t4 5\nz =\n");
  BOOST_TEST(ini.findings.empty());
  BOOST_TEST(value_of(ini, "a", "x") == "1");
  BOOST_TEST(value_of(ini, "a", "y") == "3");
  BOOST_TEST(value_of(ini, "b", "x") == "4 5");
  BOOST_TEST(value_of(ini, "b", "z").empty());
  BOOST_TEST(ini.values.size() == 4U);
  BOOST_TEST(ini.values.at({"a", "y"}).line == 6);
  BOOST_REQUIRE(ini.sections.size() == 2U);
  BOOST_TEST(ini.sections[1].name == "b");
  BOOST_TEST(ini.sections[1].line == 7);
}

BOOST_AUTO_TEST_CASE(empty_texts_hold_nothing) {
  for (const auto* text : {"", "\n", "\n\n\n", "; a", "# a\n", "\xEF\xBB\xBF", "\r\n", "  \t \n"}) {
    const auto ini = read_ini(text);
    BOOST_TEST(ini.findings.empty());
    BOOST_TEST(ini.values.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_and_crlf_do_not_matter) {
  const auto ini = read_ini("\xEF\xBB\xBF[a]\r\nx = 1\r\n\r\n; c\r\ny = 2");
  BOOST_TEST(ini.findings.empty());
  BOOST_TEST(value_of(ini, "a", "x") == "1");
  BOOST_TEST(value_of(ini, "a", "y") == "2");
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_elsewhere_is_no_key) {
  BOOST_TEST(refused_lines("[a]\n\xEF\xBB\xBFx = 1\n") == std::vector<int>{2},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(values_keep_their_signs) {
  const auto ini = read_ini("[a]\nx = a=b:c;d#e[f]\ny = # 1\nz = ;1\n");
  BOOST_TEST(value_of(ini, "a", "x") == "a=b:c;d#e[f]");
  BOOST_TEST(value_of(ini, "a", "y") == "# 1");
  BOOST_TEST(ini.findings.size() == 1U);  // z: a ';' behind a blank
}

BOOST_AUTO_TEST_CASE(a_value_of_the_greatest_length_is_whole) {
  const std::string longest(ini_line_limit - 2, 'v');
  BOOST_TEST(value_of(read_ini("[a]\nx=" + longest + "\r\ny=1"), "a", "x") == longest);
  BOOST_TEST(refused_lines("[a]\nx=" + longest + "v\n") == std::vector<int>{2},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_line_of_a_megabyte_is_refused_and_its_tail_is_no_line) {
  const auto ini = read_ini("[a]\nx = " + std::string(1'000'000, 'v') + "\ny = 1\n");
  BOOST_REQUIRE(ini.findings.size() == 1U);
  BOOST_TEST(ini.findings[0].line == 2);
  BOOST_TEST(ini.values.size() == 1U);
  BOOST_TEST(ini.values.at({"a", "y"}).line == 3);
}

BOOST_AUTO_TEST_CASE(a_comment_may_be_long) {
  BOOST_TEST(read_ini("; " + std::string(1'000'000, 'c') + "\n[a]\n").findings.empty());
}

BOOST_AUTO_TEST_CASE(lines_that_could_be_read_in_two_ways_are_refused) {
  const std::vector<std::string> hostile{
      "x = 1 ; comment",
      "x = 1\t;",
      "x = ;",
      "x = pass ;word",  // inih would cut them
      " x = 1",
      "\tx = 1",
      "  more of the value",  // inih would join them to the line above
      "[b] x = 1",
      "[b] ; c",
      "[b]]",
      "[b",
      "b]",
      "[]",  // inih would drop what stands behind
      "[ b ]",
      "[b\\c]",
      "[" + std::string(41, 'b') + "]",
      "x",
      "x : 1",
      "x: 1",
      "= 1",
      " = ",
      "x y = 1",
      "x[] = 1",
      std::string(41, 'x') + " = 1",
      "x = \"1\"",
      "x = \"\"",
      "include other.ini",
      "mysql://u:p@h/db",
      std::string{"x = a\0b", 7},
      "x = a\x01",
      "x = \x1B[31m",
      "x = \x7F",
      "x = a\rb",
      "x = \xFF",
      "x = 30\xE2\x80\xAEm",
      "x\t=\t\xC2\x85",
      "x = \xC0\xAF",
  };
  for (const auto& line : hostile) {
    const auto lines = refused_lines("[a]\nw = 0\n" + line + "\n");
    BOOST_TEST(lines == std::vector<int>{3}, "not refused as it should be: " << line);
  }
}

BOOST_AUTO_TEST_CASE(utf16_is_refused) {
  BOOST_TEST(!read_ini({"\xFF\xFE[\0a\0]\0\n\0", 10}).findings.empty());
}

BOOST_AUTO_TEST_CASE(the_keys_of_a_refused_section_are_nobodys) {
  const auto ini = read_ini("[a]\nx = 1\n[b\nx = 2\ny = 3\n[c]\nz = 4\n");
  BOOST_TEST(ini.findings.size() == 1U);
  BOOST_TEST(ini.values.size() == 2U);
  BOOST_TEST(value_of(ini, "c", "z") == "4");
}

BOOST_AUTO_TEST_CASE(a_key_given_twice_is_found_with_both_lines) {
  const auto ini = read_ini("[a]\nx = 1\n[b]\nx = 2\n[a]\ny = 3\nx = 4\n");
  BOOST_REQUIRE(ini.findings.size() == 1U);
  BOOST_TEST(ini.findings[0].line == 7);
  BOOST_TEST(ini.findings[0].message == "x is given twice, first in line 2");
  BOOST_TEST(value_of(ini, "a", "x") == "1");
}

BOOST_AUTO_TEST_CASE(keys_before_any_section_belong_to_none) {
  BOOST_TEST(value_of(read_ini("x = 1\n[a]\n"), "", "x") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
