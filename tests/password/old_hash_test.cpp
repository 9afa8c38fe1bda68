// Hashes that other programs made. Vectors: tests/vectors/rfc (PHP 8.2, WordPress, phpass, crypt_blowfish);
// the rest was computed with Python's hashlib.
#include "password/old_hash.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "password/password.h"
#include "support/processor_time.h"
#include "temporary_lock.h"

using namespace cardea;
using cardea::testing::TemporaryLock;

namespace {

Json vectors(const std::string& name) {
  std::ifstream file(CARDEA_TESTS "/vectors/rfc/" + name);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto json = parse_json(text);
  BOOST_REQUIRE(json.has_value());
  return *json;
}

bool matches(std::string_view typed, const std::string& encoded) {
  const auto kind = old_hash_kind(encoded);
  BOOST_TEST_REQUIRE(kind.has_value(), encoded);
  return matches_old_hash(*kind, Secret::copy_of(typed), encoded);
}

struct Known {
  OldHash kind;
  std::string typed;
  std::string encoded;
};

const std::vector<Known>& known_hashes() {
  static const std::vector<Known> known{
      {OldHash::phpass, "test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"},
      {OldHash::phpass, "test12345", "$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"},
      {OldHash::phpass, "비밀번호123", "$P$6abcdefghcbQKpejEiCigN95BDyt7A/"},
      {OldHash::drupal, "correct horse", "$S$7saltSALTMEwKEyPbQxT.EMJlQSMXDTtq8IsPBooJShkEG/reAKu"},
      {OldHash::pbkdf2, "correct horse",
       "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso="},
      {OldHash::pbkdf2, "correct horse", "pbkdf2_sha1$1000$seasalt$iQvkNOF1wEL4Khh8eogJ8rUhipM="},
      {OldHash::pbkdf2, "비밀번호123",
       "sha256:12000:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u:OyqhyINkg+Rb40/1MdFBQKkUolzRdo0P"},
      {OldHash::bcrypt, "correct horse", "$2y$04$Nd/P4inMmeNPeP9a53ZoF.TpnBOEK0cBenf.E2EjCBgiQPUqY/JjC"}};
  return known;
}

PasswordSettings quick_settings(std::vector<OldHash> imported) {
  PasswordSettings settings;
  settings.memory = 64 * 1024;
  settings.iterations = 1;
  settings.concurrency = 4;
  settings.imported = std::move(imported);
  return settings;
}

struct Desk {
  explicit Desk(std::vector<OldHash> imported)
      : settings(quick_settings(std::move(imported))),
        gate(lock.path(), settings.concurrency, milliseconds{10'000}),
        passwords(settings, gate) {}
  PasswordVerdict check(std::string_view typed, const std::string& encoded) {
    return passwords.check(Secret::copy_of(typed), encoded);
  }
  PasswordSettings settings;
  TemporaryLock lock;
  HashingGate gate;
  Passwords passwords;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(old_hashes)

BOOST_AUTO_TEST_CASE(each_known_hash_takes_its_password_and_no_other) {
  for (const auto& [kind, typed, encoded] : known_hashes()) {
    BOOST_TEST((old_hash_kind(encoded) == kind), encoded);
    BOOST_TEST(matches(typed, encoded), encoded);
    BOOST_TEST(!matches(typed + "x", encoded), encoded);
    BOOST_TEST(!matches("", encoded), encoded);
  }
}

BOOST_AUTO_TEST_CASE(hashes_made_by_php_and_wordpress_are_read) {
  int read = 0;
  for (const auto& entry : vectors("php_vectors.json")) {
    const auto encoded = entry.at("hash").get<std::string>();
    if (encoded.starts_with("$argon2id$")) continue;
    const auto typed = *base64_decode(entry.at("pw_b64").get<std::string>());
    if (typed.find('\0') != std::string::npos) continue;
    BOOST_TEST(matches(typed, encoded) == entry.at("expect").get<bool>(), encoded);
    BOOST_TEST(!matches("another one", encoded), encoded);
    ++read;
  }
  BOOST_TEST(read >= 60);
}

BOOST_AUTO_TEST_CASE(the_vectors_of_crypt_blowfish_are_read) {
  const Json file = vectors("rfc_vectors.json");
  for (const auto& entry : file.at("bcrypt_crypt_blowfish_wrapper_c"))
    BOOST_TEST(matches(entry.at(1).get<std::string>(), entry.at(0).get<std::string>()), entry.dump());
}

BOOST_AUTO_TEST_CASE(a_password_with_a_nul_matches_nothing) {
  const std::string encoded = "$2y$04$Nd/P4inMmeNPeP9a53ZoF.TpnBOEK0cBenf.E2EjCBgiQPUqY/JjC";
  BOOST_TEST(matches("correct horse", encoded));
  BOOST_TEST(!matches(std::string("correct horse\0zzz", 17), encoded));
}

BOOST_AUTO_TEST_CASE(what_is_malformed_or_too_dear_is_no_hash) {
  const std::string bcrypt_end = "$Nd/P4inMmeNPeP9a53ZoF.TpnBOEK0cBenf.E2EjCBgiQPUqY/JjC";
  for (const std::string& encoded :
       {std::string(),
        std::string("password"),
        std::string("5f4dcc3b5aa765d61d8327deb882cf99"),
        "$2y$03" + bcrypt_end,
        "$2y$15" + bcrypt_end,
        "$2y$31" + bcrypt_end,
        "$2x$04" + bcrypt_end,
        "$2y$04" + bcrypt_end + "x",
        std::string("$2y$04$Nd/P4inMmeNPeP9a53ZoF.TpnBOEK0cBenf.E2EjCBgiQPUqY/Jj!"),
        "$wp$2b$04" + bcrypt_end,
        std::string("$P$4IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
        std::string("$P$HIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
        std::string("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L"),
        std::string("$S$H") + std::string(51, '.'),
        std::string("pbkdf2_sha256$2000001$s$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso="),
        std::string("pbkdf2_sha256$0$s$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso="),
        std::string("pbkdf2_sha256$1000$$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso="),
        std::string("pbkdf2_sha512$1000$s$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso="),
        std::string("pbkdf2_sha256$1000$s$AAAA"),
        std::string("$6$rounds=500001$salt$") + std::string(86, '.'),
        std::string("$6$rounds=5000$salt$") + std::string(85, '.'),
        std::string("$5$s:lt$") + std::string(43, '.'),
        std::string("$argon2i$v=19$m=262145,t=3,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"),
        std::string("$argon2i$v=19$m=256,t=11,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"),
        std::string("$argon2i$v=19$m=256,t=3,p=2$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")})
    BOOST_TEST(!old_hash_kind(encoded).has_value(), encoded);
}

BOOST_AUTO_TEST_CASE(an_imported_hash_signs_in_only_where_its_kind_is_accepted_and_wants_a_better_one) {
  for (const auto& [kind, typed, encoded] : known_hashes()) {
    Desk accepting({kind});
    BOOST_TEST((accepting.check(typed, encoded) == PasswordVerdict::right_needs_rehash), encoded);
    BOOST_TEST((accepting.check(typed + "x", encoded) == PasswordVerdict::wrong), encoded);
    Desk refusing(kind == OldHash::crypt ? std::vector<OldHash>{} : std::vector<OldHash>{OldHash::crypt});
    BOOST_TEST((refusing.check(typed, encoded) == PasswordVerdict::wrong), encoded);
  }
}

// Counted in what was computed, not in time: every kind that is accepted costs each wrong answer its ordinary
// hash.
// Drupal's kind reads the password 32,769 times: 64 KB of it took seconds.
BOOST_AUTO_TEST_CASE(a_password_that_is_far_too_long_costs_nothing) {
  const auto longest = Secret(std::string(old_password_limit, 'x'));
  const auto hostile = Secret(std::string(64 * 1024, 'x'));
  for (const auto kind : {OldHash::bcrypt, OldHash::wordpress, OldHash::phpass, OldHash::drupal,
                          OldHash::pbkdf2, OldHash::crypt, OldHash::argon2i}) {
    const testing::ProcessorTime spent;
    compute_old_decoy(kind, hostile);
    BOOST_TEST(spent.so_far().count() < 20, old_hash_name(kind));
    compute_old_decoy(kind, longest);
    BOOST_TEST(spent.so_far().count() < 3000, old_hash_name(kind));
  }
}

BOOST_AUTO_TEST_CASE(the_ordinary_hash_of_each_kind_can_be_computed) {
  for (const auto kind : {OldHash::bcrypt, OldHash::wordpress, OldHash::phpass, OldHash::drupal,
                          OldHash::pbkdf2, OldHash::crypt, OldHash::argon2i}) {
    BOOST_TEST((old_hash_kind(ordinary_old_hash(kind)) == kind), old_hash_name(kind));
    compute_old_decoy(kind, Secret::copy_of("anything"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
