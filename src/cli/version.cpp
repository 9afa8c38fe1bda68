#include "cli/version.h"

#include <gnu/libc-version.h>
#include <mariadb/mysql.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <sqlite3.h>

namespace cardea {
namespace {

constexpr const char* version =
#include "version.inc"
    ;

}  // namespace

std::string version_text() {
  std::string text = std::string("cardea ") + version + "\ninside: OpenSSL ";
  text.append(::OpenSSL_version(OPENSSL_VERSION_STRING))
      .append(", libsodium ")
      .append(::sodium_version_string());
  text.append(", SQLite ").append(::sqlite3_libversion());
  text.append(", MariaDB Connector/C ").append(::mysql_get_client_info());
  return text.append(", glibc ").append(::gnu_get_libc_version()).append("\n");
}

}  // namespace cardea
