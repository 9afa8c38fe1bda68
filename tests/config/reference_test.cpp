// conf/cardea.ini is what people copy: it must say what the table says, in the same order.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "config/sample.h"
#include "config/table.h"

using namespace cardea;

namespace {

// A key as it stands in the file.
struct Written {
  std::string section;
  std::string key;
  std::string value;
  std::string comment;  // the comment lines right above it
  bool commented_out = false;
};

std::vector<std::string> lines_of_reference() {
  std::ifstream file{std::string{CARDEA_TESTS} + "/../conf/cardea.ini"};
  BOOST_REQUIRE(file.is_open());
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

Written written_in(std::string line, const std::string& section, const std::string& comment) {
  const bool commented_out = line.starts_with(';');
  if (commented_out) line.erase(0, 1);
  const auto equals = line.find(" =");
  BOOST_REQUIRE_MESSAGE(equals != std::string::npos, "not a key: " << line);
  const auto value = line.size() > equals + 2 ? line.substr(equals + 3) : "";
  return {section, line.substr(0, equals), value, comment, commented_out};
}

std::vector<Written> keys_of_reference() {
  std::vector<Written> keys;
  std::string section;
  std::string comment;
  for (const auto& line : lines_of_reference()) {
    if (line.starts_with("# ")) {
      comment += (comment.empty() ? "" : " ") + line.substr(2);
      continue;
    }
    if (line.starts_with('['))
      section = line.substr(1, line.size() - 2);
    else if (line.starts_with(";[provider."))
      section = provider_section;
    else if (!line.empty() && !line.starts_with('#'))
      keys.push_back(written_in(line, section, comment));
    comment.clear();
  }
  return keys;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference)

BOOST_AUTO_TEST_CASE(the_reference_has_exactly_the_keys_of_the_table_in_its_order) {
  std::vector<std::string> in_file;
  std::vector<std::string> in_table;
  for (const auto& key : keys_of_reference()) in_file.push_back(key.section + '.' + key.key);
  for (const auto& setting : settings_table())
    in_table.push_back(std::string{setting.section} + '.' + std::string{setting.key});
  BOOST_TEST(in_file == in_table, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_reference_shows_the_defaults_and_the_reasons_of_the_table) {
  const auto& table = settings_table();
  const auto keys = keys_of_reference();
  BOOST_REQUIRE(keys.size() == table.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    BOOST_TEST(keys[i].comment == table[i].why);
    const bool is_example = table[i].section == provider_section;
    BOOST_TEST(keys[i].commented_out == (is_example || !table[i].required));
    if (keys[i].commented_out && !table[i].required) BOOST_TEST(keys[i].value == table[i].default_text);
  }
}

BOOST_AUTO_TEST_CASE(the_reference_can_be_read_as_it_stands) {
  std::string text;
  for (const auto& line : lines_of_reference()) text += line + '\n';
  BOOST_TEST(errors_of(parse_settings(text, "conf/cardea.ini")).empty());
}

BOOST_AUTO_TEST_CASE(the_reference_can_be_read_with_every_default_written_out) {
  std::string text;
  for (const auto& line : lines_of_reference())
    text += (line.starts_with(';') ? line.substr(1) : line) + '\n';
  BOOST_TEST(errors_of(parse_settings(text, "conf/cardea.ini")).empty(),
             errors_of(parse_settings(text, "conf/cardea.ini")));
}

BOOST_AUTO_TEST_SUITE_END()
