#include "base/name_lookup.h"

#include <mutex>

#include <nss.h>

namespace cardea {

void look_up_names_without_modules() {
  static std::once_flag once;
  std::call_once(once, [] {
    ::__nss_configure_lookup("hosts", "files dns");
    for (const char* database : {"passwd", "group", "initgroups", "services"})
      ::__nss_configure_lookup(database, "files");
  });
}

}  // namespace cardea
