// RSA-OAEP with SHA-1 (RFC 8017, section 7.1): how MySQL wants a password encrypted. For nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cardea {

// The ciphertext, or nothing if the PEM holds no RSA public key of 2048 to 8192 bits or the message is too
// long for it. Randomized: two ciphertexts of one message differ.
[[nodiscard]] std::optional<std::string> rsa_oaep_encrypt(std::string_view public_key_pem,
                                                          std::string_view message);

}  // namespace cardea
