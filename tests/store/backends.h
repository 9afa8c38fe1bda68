// The stores that must not be told apart: each test of the contract runs on all of them, and each finds
// an empty one.
#pragma once

#include <boost/mpl/list.hpp>
#include <memory>

#include "store/sql/migrate.h"
#include "store/store.h"
#include "support/mariadb.h"
#include "support/sql_faults.h"
#include "support/temporary_directory.h"

namespace cardea::testing {

// What the rooms above are tested on.
class MemoryBackend {
 public:
  Store& store() { return store_; }

 private:
  TestStore store_;
};

class SqliteBackend {
 public:
  SqliteBackend();
  Store& store() { return *store_; }
  [[nodiscard]] const DatabaseSettings& settings() const { return settings_; }

 private:
  TemporaryDirectory directory_{"sqlite"};
  DatabaseSettings settings_;
  std::unique_ptr<Store> store_;
};

// One server for the whole run, started when first asked for.
[[nodiscard]] MariadbServer& mariadb();
// Removes all tables of the server's database; the next MariadbBackend makes them again.
void empty_mariadb();

class MariadbBackend {
 public:
  MariadbBackend();
  Store& store() { return *store_; }

 private:
  std::unique_ptr<Store> store_;
};

using Backends = boost::mpl::list<MemoryBackend, SqliteBackend, MariadbBackend>;

// Settings of an SQLite file that does not exist yet.
[[nodiscard]] DatabaseSettings sqlite_settings(const TemporaryDirectory& directory);

}  // namespace cardea::testing
