// Proof by file: a browser shows that its user can write files beside the program, which is what makes somebody the owner of
// this installation.
//
// Each browser has a random cookie of 256 bits. The page shows a code that is a hash of the cookie, and the owner uploads a
// file with the code in its name. A stranger who reads that name cannot find the cookie, and one who has a cookie of their
// own cannot make the file. Nothing is counted and nothing is stored, so no stranger can lock the owner out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"
#include "base/secret.h"
#include "setup/visit.h"

namespace cardea {

// How long after its upload the file proves something.
inline constexpr seconds proof_life{3600};

// The secret of the browser's cookie; nothing if there is no cookie, several, or one that we did not make.
[[nodiscard]] std::optional<Secret> proof_secret(const Visit& visit);

[[nodiscard]] Secret new_proof_secret(Entropy& entropy);

// The cookie that carries it, for a day. Over https it is __Host-, so that no sibling domain can plant one.
[[nodiscard]] Cookie proof_cookie(const Secret& secret, const Visit& visit);

// "cardea-setup-CODE.txt": CODE is 128 bits of SHA-256 in lower-case hex, because a name must survive file systems that
// do not tell case apart. Finding another secret with the code takes 2^128 hashes.
[[nodiscard]] std::string proof_file(const Secret& secret);

// True if the file lies in the directory and was put there less than proof_life before now: by the time at which its inode
// changed last (st_ctime), since FTP clients set the time of modification as they like. False also if every user of this
// machine may write to the directory, and for a symbolic link. What the file holds does not matter.
[[nodiscard]] bool is_proven(const Secret& secret, const std::string& directory, Instant now);

// Removes the file. False if it is still there.
bool remove_proof(const Secret& secret, const std::string& directory);

}  // namespace cardea
