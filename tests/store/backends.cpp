#include "backends.h"

#include <optional>

namespace cardea::testing {

namespace {

std::optional<MariadbServer>& server() {
  static std::optional<MariadbServer> only;
  return only;
}

}  // namespace

DatabaseSettings sqlite_settings(const TemporaryDirectory& directory) {
  DatabaseSettings settings;
  settings.kind = DatabaseKind::sqlite;
  settings.path = directory.file("cardea.db");
  settings.table_prefix = "cardea_";
  return settings;
}

SqliteBackend::SqliteBackend() : settings_(sqlite_settings(directory_)) {
  migrate(settings_, from_unix_seconds(1'800'000'000));
  store_ = open_store(settings_);
}

MariadbServer& mariadb() {
  if (!server()) server().emplace();
  return *server();
}

void empty_mariadb() {
  mariadb().administer("DROP DATABASE cardea");
  mariadb().administer("CREATE DATABASE cardea CHARACTER SET latin1");  // the tables must not depend on it
}

MariadbBackend::MariadbBackend() {
  migrate(mariadb().settings(), from_unix_seconds(1'800'000'000));
  for (const char* table :
       {"user", "identity", "session", "event", "throttle", "tally", "legacy_token", "provider_identity",
        "outbox", "address_change"}) {
    mariadb().administer(std::string("DELETE FROM cardea.cardea_") + table);
  }
  store_ = open_store(mariadb().settings());
}

}  // namespace cardea::testing
