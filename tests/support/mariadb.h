// A private MariaDB server: data, socket and port of its own, nothing shared with one that the machine may
// run. It ends with the object, and with the test program should that crash. Its defaults are those of an
// old, careless web host: MyISAM, latin1, a lenient sql_mode.
//
// Throws std::runtime_error with the cure if MariaDB is not installed.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "config/settings.h"
#include "store/sql/connection.h"
#include "support/temporary_directory.h"

namespace cardea::testing {

class MariadbServer {
 public:
  // options: more arguments for mariadbd.
  explicit MariadbServer(std::vector<std::string> options = {});
  MariadbServer(const MariadbServer&) = delete;
  MariadbServer& operator=(const MariadbServer&) = delete;
  ~MariadbServer();

  // An empty database and an account that owns it and nothing else, as a web host grants it.
  [[nodiscard]] DatabaseSettings settings() const;  // over TCP, by address
  [[nodiscard]] DatabaseSettings settings_by_socket() const;
  // Runs a statement as the administrator.
  SqlResult administer(const std::string& statement) const;
  // Closes the connections of the account at the server's end; answers how many there were.
  int kill_connections() const;

  void stop();  // as a service manager does: SIGTERM, and waits
  void kill_9();
  void start();  // after one of these; returns when it answers
  void restart() {
    stop();
    start();
  }
  // SIGSTOP and SIGCONT: the server keeps its connections and says nothing.
  void freeze() const;
  void thaw() const;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string file(const std::string& name) const { return directory_.file(name); }

 private:
  void install() const;
  void write_start_script() const;
  void end(int signal);

  TemporaryDirectory directory_{"mariadb"};
  std::vector<std::string> options_;
  std::string password_;
  int port_ = 0;
  pid_t process_ = -1;
};

// A port of 127.0.0.1 that nobody listens on.
[[nodiscard]] int free_port();

// Runs a program to its end, output into a file; throws with that output if it fails.
void run_program(const std::vector<std::string>& arguments, const std::string& output);

}  // namespace cardea::testing
