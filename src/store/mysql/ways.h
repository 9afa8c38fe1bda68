// How a server of MySQL is reached: over its socket, or over TCP. Accounts are accounts of a host, and which one
// a client counts as depends on the way.
#pragma once

#include <cppconn/connection.h>
#include <string>
#include <vector>

#include "config/settings.h"

namespace cardea {

struct MysqlWay {
  std::string socket;  // empty: over TCP
  DatabaseHost host;
};

// The ways to the host of that number, the best one first; at least one. localhost is the server's socket, as
// it is for MySQL's own clients: where MYSQL_UNIX_PORT says, or where hosts and distributions put it. Then TCP.
// Another port than the usual one is asked for by TCP, and so is a server that must show a certificate.
[[nodiscard]] std::vector<MysqlWay> ways_to(const DatabaseSettings& settings, std::size_t host);

// How long we wait for an answer, in seconds.
[[nodiscard]] int answer_timeout_of(const DatabaseSettings& settings);
[[nodiscard]] sql::ConnectOptionsMap connect_options(const DatabaseSettings& settings, const MysqlWay& way);

// What to write where the account was refused on that way, or what to look at where the server hung up; empty for
// other errors.
[[nodiscard]] std::string advice_on_access(int code, const MysqlWay& way);

}  // namespace cardea
