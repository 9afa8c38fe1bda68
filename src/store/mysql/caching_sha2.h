// caching_sha2_password, the way in which MySQL 8 and 9 accounts sign in: the client's half of it, inside the
// program.
//
// The client library has it only as a shared object of its own, in a directory that must be there at run time
// and with an OpenSSL of its own. Our binary needs no such directory (and loads no foreign object: it may belong
// to another libc). See MySQL's documentation of the source code, "Caching_sha2_password
// information".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"

namespace cardea {

// What a thief between us and the server can do: nothing (TLS, unix socket), nothing because the connection does not
// leave this machine (TCP to 127.0.0.1 or ::1), or read and change everything.
enum class WirePrivacy { sealed, this_machine, open };

// Packets of one connection, in turn. Each call waits for the server at most as long as the connection's
// timeouts say.
class PacketChannel {
 public:
  virtual ~PacketChannel() = default;
  // Without the leading 0x01, which the client library takes off. Nothing when the connection has failed.
  [[nodiscard]] virtual std::optional<std::string> read() = 0;
  [[nodiscard]] virtual bool write(std::string_view packet) = 0;
  // True of the wire only after the first write(): encryption begins with it.
  [[nodiscard]] virtual WirePrivacy privacy() = 0;
};

enum class Sha2Outcome {
  sent,  // the server has all it needs and says next whether it accepts the password
  connection_lost,
  not_understood,  // the server sent something that this exchange does not know
  needs_tls,       // the server has not cached the password, and it would have to be sent on an open wire
};

// Goes through the exchange once. The password is sent to a server that has not cached it: as it is on a
// sealed wire, encrypted for the public key that the server names on this machine, never on an open one,
// where a thief could name a key of their own.
[[nodiscard]] Sha2Outcome sign_in_by_sha2(PacketChannel& channel, std::string_view password);

// SHA-256(password) XOR SHA-256(SHA-256(SHA-256(password)) | scramble): proves the password without sending
// it.
[[nodiscard]] Digest sha2_proof(std::string_view password, std::string_view scramble);

// Registers this way of signing in with the client library. To be called once, after the library was initialised;
// throws std::runtime_error if the library refuses it.
void register_caching_sha2();

// RSA-OAEP with SHA-1 (RFC 8017, section 7.1): how MySQL wants a password encrypted. For nothing else.

// The ciphertext, or nothing if the PEM holds no RSA public key of 2048 to 8192 bits or the message is too
// long for it. Randomized: two ciphertexts of one message differ.
[[nodiscard]] std::optional<std::string> rsa_oaep_encrypt(std::string_view public_key_pem,
                                                          std::string_view message);

}  // namespace cardea
