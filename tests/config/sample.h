// A configuration to change one thing in.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "config/load.h"

namespace cardea {

class Sample {
 public:
  // The required keys only.
  Sample();
  Sample& set(const std::string& section, const std::string& key, const std::string& value);
  [[nodiscard]] std::string text() const;
  // Read as /etc/cardea/cardea.ini.
  [[nodiscard]] std::variant<Settings, std::vector<ConfigError>> read() const;

 private:
  std::map<std::string, std::map<std::string, std::string>> sections_;
};

// The settings; fails the test, with the errors, if there are none.
[[nodiscard]] Settings settings_of(const std::variant<Settings, std::vector<ConfigError>>& read);
// The errors' texts, a line each; empty if there are none.
[[nodiscard]] std::string errors_of(const std::variant<Settings, std::vector<ConfigError>>& read);

}  // namespace cardea
