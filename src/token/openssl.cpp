#include "token/openssl.h"

#include <stdexcept>

namespace cardea::openssl {

std::string signature_of_openssl(EVP_PKEY* key, std::string_view message) {
  const DigestContext context{EVP_MD_CTX_new()};
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  const bool signed_well = context &&
                           EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                           EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                          &size, raw(message), message.size()) == 1;
  if (!signed_well) throw std::runtime_error("signing failed");
  signature.resize(size);
  return signature;
}

}  // namespace cardea::openssl
