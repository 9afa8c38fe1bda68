#include "support/mariadb.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "base/encoding.h"
#include "base/entropy.h"
#include "store/sql/pool.h"

namespace cardea::testing {

namespace {

using std::chrono::steady_clock;

std::string program(const std::string& name) {
  for (const char* directory : {"/usr/sbin/", "/usr/bin/", "/usr/local/bin/", "/usr/libexec/"}) {
    if (access((directory + name).c_str(), X_OK) == 0) return directory + name;
  }
  throw std::runtime_error(name + " is not installed: run src/tools/need test");
}

// Only what may be called between fork and exec.
[[noreturn]] void become(std::vector<char*>& arguments, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(127);
}

pid_t spawn(std::vector<std::string> words, const std::string& output_file) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int output = open(output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t child = fork();
  if (child == 0) become(arguments, output);
  close(output);
  if (child < 0) throw std::runtime_error("fork failed");
  return child;
}

std::string contents(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  if (getuid() == 0) words.emplace_back("--user=root");
  return words;
}

}  // namespace

int free_port() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(descriptor, any, size) == 0 && getsockname(descriptor, any, &size) == 0;
  close(descriptor);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

void run_program(const std::vector<std::string>& arguments, const std::string& output) {
  int status = 0;
  const pid_t child = spawn(arguments, output);
  if (waitpid(child, &status, 0) != child || status != 0) {
    throw std::runtime_error(arguments.front() + " failed: " + contents(output));
  }
}

MariadbServer::MariadbServer(std::vector<std::string> options)
    : options_(std::move(options)), port_(free_port()) {
  SystemEntropy entropy;
  password_ = hex_encode(view_of(random_array<16>(entropy)));
  install();
  write_start_script();
  start();
}

MariadbServer::~MariadbServer() {
  end(SIGKILL);
}

void MariadbServer::install() const {
  run_program(joined({program("mariadb-install-db"), "--no-defaults", "--datadir=" + file("data"),
                      "--tmpdir=" + file(""), "--skip-test-db", "--auth-root-authentication-method=normal"},
                     {}),
              file("install.log"));
}

void MariadbServer::write_start_script() const {
  std::ofstream script(file("start.sql"));
  script << "DELETE FROM mysql.global_priv WHERE User = '';\nFLUSH PRIVILEGES;\n"
         << "CREATE DATABASE IF NOT EXISTS cardea CHARACTER SET latin1;\n"
         << "CREATE USER IF NOT EXISTS cardea@'%' IDENTIFIED BY '" << password_ << "';\n"
         << "GRANT ALL ON cardea.* TO cardea@'%';\n"
         << "ALTER USER root@localhost IDENTIFIED BY '" << password_ << "';\n";
}

DatabaseSettings MariadbServer::settings() const {
  DatabaseSettings settings;
  settings.kind = DatabaseKind::mysql;
  settings.hosts = {{"127.0.0.1", port_}};
  settings.user = "cardea";
  settings.password = Secret::copy_of(password_);
  settings.schema = "cardea";
  settings.table_prefix = "cardea_";
  return settings;
}

DatabaseSettings MariadbServer::settings_by_socket() const {
  DatabaseSettings by_socket = settings();
  by_socket.hosts.clear();
  by_socket.socket = file("socket");
  return by_socket;
}

SqlResult MariadbServer::administer(const std::string& statement) const {
  DatabaseSettings administrator = settings_by_socket();
  administrator.user = "root";
  administrator.schema = "mysql";
  return open_connection(administrator, 0, MissingFile::refuse)->execute(statement);
}

int MariadbServer::kill_connections() const {
  constexpr int no_such_thread = 1094;
  const SqlResult connections =
      administer("SELECT id FROM information_schema.processlist WHERE user = 'cardea' ORDER BY id");
  for (const SqlRow& row : connections.rows) {
    try {
      administer("KILL " + std::to_string(std::get<std::int64_t>(row.at(0))));
    } catch (const SqlFailure& failure) {
      if (failure.code() != no_such_thread) throw;  // it has gone by itself in the meantime
    }
  }
  return static_cast<int>(connections.rows.size());
}

void MariadbServer::start() {
  // A tmpdir of its own: each server empties its directory of temporary tables when it starts.
  process_ = spawn(
      joined({program("mariadbd"), "--no-defaults", "--datadir=" + file("data"), "--tmpdir=" + file(""),
              "--socket=" + file("socket"), "--port=" + std::to_string(port_), "--bind-address=127.0.0.1",
              "--skip-name-resolve", "--pid-file=" + file("pid"), "--init-file=" + file("start.sql"),
              "--innodb-buffer-pool-size=32M", "--innodb-flush-method=nosync", "--innodb-log-file-size=16M",
              "--performance-schema=OFF", "--default-storage-engine=MyISAM", "--sql-mode="},
             options_),
      file("server.log"));
  const auto deadline = steady_clock::now() + std::chrono::seconds(60);
  while (true) {
    try {
      administer("SELECT 1");
      return;
    } catch (const SqlFailure& failure) {
      const bool ended = waitpid(process_, nullptr, WNOHANG) == process_;
      if (ended) process_ = -1;
      if (ended || steady_clock::now() > deadline) {
        throw std::runtime_error(std::string(failure.what()) + "\nmariadbd: " + contents(file("server.log")));
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void MariadbServer::end(int signal) {
  if (process_ <= 0) return;
  kill(process_, signal);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void MariadbServer::stop() {
  end(SIGTERM);
}

void MariadbServer::kill_9() {
  end(SIGKILL);
}

void MariadbServer::freeze() const {
  kill(process_, SIGSTOP);
}

void MariadbServer::thaw() const {
  kill(process_, SIGCONT);
}

}  // namespace cardea::testing
