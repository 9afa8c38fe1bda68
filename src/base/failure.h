// What failures of the machine are called: no memory, no descriptor, no room on the disk.
#pragma once

#include <exception>
#include <string>

namespace cardea {

// True if the machine failed and not the program: the request may be tried again later.
[[nodiscard]] bool is_failure_of_machine(const std::exception& failure);

// What the exception says. Where that is only the system's word for a limit of the host, with the limit's
// name.
[[nodiscard]] std::string description_of(const std::exception& failure);

}  // namespace cardea
