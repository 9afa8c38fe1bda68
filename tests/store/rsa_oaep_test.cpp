#include "store/mysql/caching_sha2.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <boost/test/unit_test.hpp>
#include <memory>

using namespace cardea;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
using Context =
    std::unique_ptr<EVP_PKEY_CTX, decltype([](EVP_PKEY_CTX* context) { EVP_PKEY_CTX_free(context); })>;

Key rsa_key(unsigned bits) {
  return Key(EVP_RSA_gen(bits));
}

std::string public_pem(EVP_PKEY* key) {
  const std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })> memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(memory.get(), key);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string decrypted(EVP_PKEY* key, const std::string& ciphertext) {
  const Context context(EVP_PKEY_CTX_new(key, nullptr));
  EVP_PKEY_decrypt_init(context.get());
  EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING);
  std::string message(1024, '\0');
  std::size_t size = message.size();
  BOOST_REQUIRE_EQUAL(
      EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(message.data()), &size,
                       reinterpret_cast<const unsigned char*>(ciphertext.data()), ciphertext.size()),
      1);
  message.resize(size);
  return message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rsa_oaep)

BOOST_AUTO_TEST_CASE(only_the_owner_of_the_key_reads_the_message) {
  const Key key = rsa_key(2048);
  const std::string message("a password\0", 11);
  const auto first = rsa_oaep_encrypt(public_pem(key.get()), message);
  const auto second = rsa_oaep_encrypt(public_pem(key.get()), message);
  BOOST_REQUIRE(first && second);
  BOOST_TEST(*first != *second);
  BOOST_TEST(first->size() == 256U);
  BOOST_TEST(decrypted(key.get(), *first) == message);
  BOOST_TEST(decrypted(key.get(), *second) == message);
}

BOOST_AUTO_TEST_CASE(a_message_that_does_not_fit_is_none) {
  const Key key = rsa_key(2048);
  BOOST_TEST(rsa_oaep_encrypt(public_pem(key.get()), std::string(214, 'x')).has_value());
  BOOST_TEST(!rsa_oaep_encrypt(public_pem(key.get()), std::string(215, 'x')).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_rsa_key_of_a_decent_size_is_not_used) {
  const Key weak = rsa_key(1024);
  const Key curve(EVP_EC_gen("P-256"));
  std::string spoilt = public_pem(rsa_key(2048).get());
  spoilt[60] = '!';
  for (const std::string& pem : {std::string(), std::string("no key"), std::string(10'000, 'A'), spoilt,
                                 public_pem(weak.get()), public_pem(curve.get())})
    BOOST_TEST(!rsa_oaep_encrypt(pem, "x").has_value(), pem);
}

BOOST_AUTO_TEST_SUITE_END()
