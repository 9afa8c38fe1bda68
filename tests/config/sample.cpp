#include "config/sample.h"

#include <boost/test/unit_test.hpp>

namespace cardea {

Sample::Sample() {
  set("site", "url", "https://example.com");
  set("database", "url", "sqlite:/var/lib/cardea/cardea.db");
}

Sample& Sample::set(const std::string& section, const std::string& key, const std::string& value) {
  sections_[section][key] = value;
  return *this;
}

std::string Sample::text() const {
  std::string text;
  for (const auto& [section, keys] : sections_) {
    text += '[' + section + "]\n";
    for (const auto& [key, value] : keys) text += key + " = " + value + '\n';
  }
  return text;
}

std::variant<Settings, std::vector<ConfigError>> Sample::read() const {
  return parse_settings(text(), "/etc/cardea/cardea.ini");
}

Settings settings_of(const std::variant<Settings, std::vector<ConfigError>>& read) {
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<Settings>(read), errors_of(read));
  return std::get<Settings>(read);
}

std::string errors_of(const std::variant<Settings, std::vector<ConfigError>>& read) {
  std::string texts;
  if (const auto* errors = std::get_if<std::vector<ConfigError>>(&read))
    for (const auto& error : *errors) texts += error.text() + '\n';
  return texts;
}

}  // namespace cardea
