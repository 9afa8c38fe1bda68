#include "base/digest.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "base/secret.h"

using namespace cardea;

namespace {

std::string hex(const Digest& digest) {
  return hex_encode(view_of(digest));
}

std::string bytes_up_to(unsigned char last) {
  std::string bytes(last, '\0');
  std::iota(bytes.begin(), bytes.end(), '\1');
  return bytes;
}

struct Rfc4231Case {
  std::string key;
  std::string message;
  std::string tag;  // case 5 has the first half only
};

const std::vector<Rfc4231Case> rfc4231{
    {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {std::string(20, '\xaa'), std::string(50, '\xdd'),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {bytes_up_to(25), std::string(50, '\xcd'),
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {std::string(20, '\x0c'), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"},
    {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
     "be "
     "hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

Json wycheproof(const std::string& name) {
  std::ifstream file{std::string{CARDEA_TESTS} + "/vectors/wycheproof/" + name, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return parse_json(text).value();
}

std::string bytes_of(const Json& test, const char* name) {
  return hex_decode(string_member(test, name).value()).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(digest)

BOOST_AUTO_TEST_CASE(sha256_agrees_with_fips_180) {
  BOOST_TEST(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

BOOST_AUTO_TEST_CASE(hmac_agrees_with_rfc_4231) {
  for (const auto& test : rfc4231)
    BOOST_TEST(hex(hmac_sha256(test.key, test.message)).substr(0, test.tag.size()) == test.tag);
}

BOOST_AUTO_TEST_CASE(hmac_takes_an_empty_key_and_message) {
  BOOST_TEST(hex(hmac_sha256({}, {})) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

BOOST_AUTO_TEST_CASE(hmac_agrees_with_wycheproof) {
  int judged = 0;
  const auto vectors = wycheproof("hmac_sha256_test.json");
  for (const auto& group : vectors.at("testGroups"))
    for (const auto& test : group.at("tests")) {
      const auto tag = bytes_of(test, "tag");
      const auto ours = hmac_sha256(bytes_of(test, "key"), bytes_of(test, "msg"));
      const bool valid = equal_in_constant_time(view_of(ours).substr(0, tag.size()), tag);
      BOOST_TEST(valid == (string_member(test, "result") == "valid"), "case " << test.at("tcId"));
      ++judged;
    }
  BOOST_TEST(judged == 174);
}

BOOST_AUTO_TEST_CASE(a_fingerprint_is_six_hex_digits_of_the_hash) {
  BOOST_TEST(fingerprint("abc") == "ba7816");
}

BOOST_AUTO_TEST_SUITE_END()
