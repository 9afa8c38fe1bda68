#include "store/caching_sha2.h"

#include "base/digest.h"
#include "base/rsa_oaep.h"
#include "base/secret.h"

namespace cardea {
namespace {

constexpr std::size_t scramble_size = 20;  // and a zero byte
constexpr std::string_view known_already = "\x03";
constexpr std::string_view tell_me = "\x04";
constexpr std::string_view which_key = "\x02";

// The password with the zero byte that ends it on the wire.
Secret ended(std::string_view password) {
  std::string bytes(password);
  bytes.push_back('\0');
  return Secret(std::move(bytes));
}

// So that what is decrypted depends on this connection.
Secret mixed_with(std::string_view scramble, std::string_view password) {
  std::string bytes(password);
  bytes.push_back('\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(bytes[i] ^ scramble[i % scramble.size()]);
  return Secret(std::move(bytes));
}

Sha2Outcome sent_if(bool written) {
  return written ? Sha2Outcome::sent : Sha2Outcome::connection_lost;
}

Sha2Outcome tell_encrypted(PacketChannel& channel, std::string_view password, std::string_view scramble) {
  if (!channel.write(which_key)) return Sha2Outcome::connection_lost;
  const auto key = channel.read();
  if (!key) return Sha2Outcome::connection_lost;
  const auto ciphertext = rsa_oaep_encrypt(*key, mixed_with(scramble, password).reveal());
  return ciphertext ? sent_if(channel.write(*ciphertext)) : Sha2Outcome::not_understood;
}

Sha2Outcome tell(PacketChannel& channel, std::string_view password, std::string_view scramble) {
  switch (channel.privacy()) {
    case WirePrivacy::sealed:
      return sent_if(channel.write(ended(password).reveal()));
    case WirePrivacy::this_machine:
      return tell_encrypted(channel, password, scramble);
    case WirePrivacy::open:
      return Sha2Outcome::needs_tls;
  }
  return Sha2Outcome::needs_tls;
}

}  // namespace

Digest sha2_proof(std::string_view password, std::string_view scramble) {
  const Digest once = sha256(password);
  std::string twice(view_of(sha256(view_of(once))));
  Digest proof = sha256(twice.append(scramble));
  for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= once[i];
  return proof;
}

Sha2Outcome sign_in_by_sha2(PacketChannel& channel, std::string_view password) {
  const auto greeting = channel.read();
  if (!greeting) return Sha2Outcome::connection_lost;
  if (greeting->size() != scramble_size + 1) return Sha2Outcome::not_understood;
  const std::string_view scramble = std::string_view(*greeting).substr(0, scramble_size);
  if (password.empty()) return sent_if(channel.write(ended({}).reveal()));
  if (!channel.write(view_of(sha2_proof(password, scramble)))) return Sha2Outcome::connection_lost;
  const auto answer = channel.read();
  if (!answer) return Sha2Outcome::connection_lost;
  if (*answer == known_already) return Sha2Outcome::sent;
  if (*answer == tell_me) return tell(channel, password, scramble);
  return Sha2Outcome::not_understood;
}

}  // namespace cardea
