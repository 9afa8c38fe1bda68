#include "store/mysql/ways.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/network.h"

namespace cardea {
namespace {

// Where every user may create a socket, it must belong to the server: the password is sent to it.
bool is_socket_of_server(const std::string& path) {
  struct stat socket {};
  struct stat directory {};
  if (stat(path.c_str(), &socket) != 0 || !S_ISSOCK(socket.st_mode)) return false;
  if (stat(path.substr(0, path.rfind('/') + 1).c_str(), &directory) != 0) return false;
  if ((directory.st_mode & S_IWOTH) == 0 || socket.st_uid == 0 || socket.st_uid == geteuid()) return true;
  look_up_names_without_modules();
  passwd entry{};
  passwd* server = nullptr;
  std::array<char, 4096> texts{};
  return getpwnam_r("mysql", &entry, texts.data(), texts.size(), &server) == 0 && server != nullptr &&
         server->pw_uid == socket.st_uid;
}

// What MySQL's own clients mean by localhost: its socket, wherever the host has put it.
std::vector<std::string> sockets_of_localhost() {
  std::vector<std::string> sockets;
  if (const char* named = std::getenv("MYSQL_UNIX_PORT"); named != nullptr && *named == '/')
    sockets.emplace_back(named);
  for (const char* usual : {"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock",
                            "/run/mysql/mysql.sock", "/var/lib/mysql/mysqld.sock", "/tmp/mysqld.sock"})
    sockets.emplace_back(usual);
  std::erase_if(sockets, [](const std::string& path) { return !is_socket_of_server(path); });
  return sockets;
}

int whole_seconds(milliseconds duration) {
  return std::max(1, static_cast<int>(std::chrono::ceil<seconds>(duration).count()));
}

}  // namespace

std::vector<MysqlWay> ways_to(const DatabaseSettings& settings, std::size_t host) {
  if (!settings.socket.empty()) return {{settings.socket, {}}};
  const DatabaseHost& named = settings.hosts.at(host);
  std::vector<MysqlWay> ways;
  if (named.host == "localhost" && named.port == DatabaseHost{}.port && !settings.tls_required)
    for (std::string& socket : sockets_of_localhost()) ways.push_back({std::move(socket), named});
  ways.push_back({"", named});
  return ways;
}

std::string advice_on_access(int code, const MysqlWay& way) {
  constexpr int access_denied = 1045;
  constexpr int access_denied_without_password = 1698;
  constexpr int gone_away = 2006;
  constexpr int lost_while_asked = 2013;  // the same, as it mostly looks over TCP
  if (code == gone_away || code == lost_while_asked)
    return " (it closed the connection at the first statement: see its init_connect, and its own log)";
  if (code != access_denied && code != access_denied_without_password) return "";
  if (!way.socket.empty()) {
    return " (tried over the socket " + way.socket +
           ", as an account of 'localhost'; if it is one of '127.0.0.1' or '%', write 127.0.0.1 as the host in "
           "[database] url)";
  }
  const std::string tried =
      " (tried over TCP, at " + way.host.host + " port " + std::to_string(way.host.port);
  if (way.host.host == "localhost")
    return tried + "; if the account is one of 'localhost', add ?socket=/path of the server's socket)";
  return tried +
         "; if the account is one of 'localhost', as cPanel makes them, write localhost as the host in "
         "[database] url)";
}

int answer_timeout_of(const DatabaseSettings& settings) {
  constexpr int min_seconds = 5;
  return std::max(min_seconds, whole_seconds(settings.connect_timeout) + 2);
}

sql::ConnectOptionsMap connect_options(const DatabaseSettings& settings, const MysqlWay& way) {
  const int connect_timeout = whole_seconds(settings.connect_timeout);
  const int answer_timeout = answer_timeout_of(settings);
  sql::ConnectOptionsMap options;
  if (!way.socket.empty()) {
    options["hostName"] = sql::SQLString("localhost");
    options["socket"] = sql::SQLString(way.socket);
  } else {
    // The library takes what is behind a colon for the port, unless it stands in brackets.
    const bool is_ipv6 = way.host.host.find(':') != std::string::npos;
    options["hostName"] = sql::SQLString(is_ipv6 ? '[' + way.host.host + ']' : way.host.host);
    options["port"] = way.host.port;
  }
  options["userName"] = sql::SQLString(settings.user);
  options["password"] = sql::SQLString(std::string(settings.password.reveal()));
  options["schema"] = sql::SQLString(settings.schema);
  // Only the ways to authenticate that are in the program: a module of the host may need another libc than ours.
  options["pluginDir"] = sql::SQLString("/nonexistent");
  options["OPT_CONNECT_TIMEOUT"] = connect_timeout;
  options["OPT_READ_TIMEOUT"] = answer_timeout;
  options["OPT_WRITE_TIMEOUT"] = answer_timeout;
  if (settings.tls_required) {
    options["sslCA"] = sql::SQLString(settings.ca_file);
    options["sslVerify"] = true;  // without it a server that offers no TLS is spoken to in clear text
  }
  return options;
}

}  // namespace cardea
