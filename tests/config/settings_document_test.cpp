// conf/README.md explains the settings: its tables must have the keys and the defaults of the table in the program.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "config/table.h"

using namespace cardea;

namespace {

const std::string document = std::string{CARDEA_TESTS} + "/../conf/README.md";

struct Explained {
  std::string name;           // "[site] url"
  std::string default_words;  // "required", "empty: …" or "`30m`"
};

// "### `[tokens]`" is the heading of a section; under any other heading there are no settings.
std::string section_of(const std::string& heading) {
  const std::string start = "### `";
  return heading.starts_with(start + "[") && heading.ends_with("]`")
             ? heading.substr(start.size(), heading.size() - start.size() - 1)
             : "";
}

// A row is "| `key` | default | meaning |".
std::vector<Explained> settings_of_document() {
  std::ifstream file{document};
  BOOST_TEST_REQUIRE(file.is_open());
  std::vector<Explained> settings;
  std::string section;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) section = section_of(line);
    const auto key_end = line.find("` | ");
    const auto default_end = line.find(" | ", key_end + 4);
    if (section.empty() || !line.starts_with("| `") || key_end == line.npos || default_end == line.npos)
      continue;
    settings.push_back(
        {section + " " + line.substr(3, key_end - 3), line.substr(key_end + 4, default_end - key_end - 4)});
  }
  return settings;
}

std::string name_of(const Setting& setting) {
  return "[" + std::string{setting.section} + "] " + std::string{setting.key};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settings_document)

BOOST_AUTO_TEST_CASE(the_document_has_exactly_the_keys_of_the_table_in_its_order) {
  std::vector<std::string> in_document;
  std::vector<std::string> in_table;
  for (const auto& explained : settings_of_document()) in_document.push_back(explained.name);
  for (const auto& setting : settings_table()) in_table.push_back(name_of(setting));
  BOOST_TEST(in_document == in_table, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_document_shows_the_defaults_of_the_table) {
  const auto document_rows = settings_of_document();
  const auto& table = settings_table();
  BOOST_TEST_REQUIRE(document_rows.size() == table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto& words = document_rows[i].default_words;
    const auto name = name_of(table[i]);
    if (table[i].required) {
      BOOST_TEST(words == "required", name << " is required, not " << words);
    } else if (table[i].default_text.empty()) {
      BOOST_TEST((words == "empty" || words.starts_with("empty: ")), name << " is empty, not " << words);
    } else {
      BOOST_TEST(words == "`" + std::string{table[i].default_text} + "`", name << " is not " << words);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
