// MySQL and MariaDB through Connector/C++.
#pragma once

#include <memory>

#include "store/sql/connection.h"

namespace cardea {

// Connects within connect_timeout (looking up a host name is not bounded by it: prefer addresses or the
// socket) and sets the session up: strict mode, UTC. With tls_required the certificate's chain and name are
// checked, and a server that stays in clear text is refused. Throws SqlFailure.
[[nodiscard]] std::unique_ptr<SqlConnection> open_mysql(const DatabaseSettings& settings, std::size_t host);

}  // namespace cardea
