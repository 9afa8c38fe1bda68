// cardea key export: the keys in one file, for those who check access tokens by themselves.
#pragma once

#include "cli/commands.h"

namespace cardea {

// Writes a JWK Set (RFC 7517 section 5) to --file, whole or not at all: readers never see half of it. Mode
// 0644, or 0600 with --with-secrets, whatever the file had before. Keys whose time has not come yet are in
// it. Refuses when there is nothing to write. Throws KeyError for a key directory that cannot be read.
[[nodiscard]] ExitCode export_keys(Job& job);

// cardea key import: the secret of the system before this one.
[[nodiscard]] Command import_command();

}  // namespace cardea
