// Names of hosts and accounts, which libc looks up.
#pragma once

namespace cardea {

// Before the first look-up: from now on libc asks the usual files and DNS, whatever nsswitch.conf says. It would
// load a module of the host's for each other source, and one that belongs to another version of libc than the
// one linked in ends the program (glibc's _dl_call_libc_early_init). Safe from many threads, and to repeat.
void look_up_names_without_modules();

}  // namespace cardea
