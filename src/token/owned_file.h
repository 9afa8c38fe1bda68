// Files that several processes of one user share, some of which root may have made.
#pragma once

#include <string>

namespace cardea {

// Opens the file for reading and writing and makes it if there is none, for its owner alone. -1: errno says
// why not.
[[nodiscard]] int open_shared(const std::string& path);

// What root makes in somebody's directory is for him to go on with: gives the open file to the owner and the
// group of the directory it lies in. For anybody but root there is nothing to do. False: errno says why not.
[[nodiscard]] bool give_to_directory_owner(int descriptor, const std::string& path);

}  // namespace cardea
