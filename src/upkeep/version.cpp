#include "upkeep/upgrade.h"

namespace cardea {

std::string_view program_version() {
  return
#include "version.inc"
      ;
}

}  // namespace cardea
