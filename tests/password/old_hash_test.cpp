// Hashes that other programs made. Vectors: tests/vectors/rfc (PHP 8.2, WordPress, phpass, crypt_blowfish);
// the rest was computed with Python's hashlib.
#include "password/imported.h"

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
  ImportedHash kind;
  std::string typed;
  std::string encoded;
};

const std::vector<Known>& known_hashes() {
  static const std::vector<Known> known{
      {ImportedHash::phpass, "test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"},
      {ImportedHash::phpass, "test12345", "$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"},
      {ImportedHash::phpass, "비밀번호123", "$P$6abcdefghcbQKpejEiCigN95BDyt7A/"},
      {ImportedHash::drupal, "correct horse", "$S$7saltSALTMEwKEyPbQxT.EMJlQSMXDTtq8IsPBooJShkEG/reAKu"},
      {ImportedHash::pbkdf2, "correct horse",
       "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso="},
      {ImportedHash::pbkdf2, "correct horse", "pbkdf2_sha1$1000$seasalt$iQvkNOF1wEL4Khh8eogJ8rUhipM="},
      {ImportedHash::pbkdf2, "비밀번호123",
       "sha256:12000:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u:OyqhyINkg+Rb40/1MdFBQKkUolzRdo0P"},
      {ImportedHash::bcrypt, "correct horse", "$2y$04$Nd/P4inMmeNPeP9a53ZoF.TpnBOEK0cBenf.E2EjCBgiQPUqY/JjC"},
      {ImportedHash::bcrypt, "correct horse",
       "bcrypt$$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"},
      {ImportedHash::bcrypt, "correct horse",
       "1|$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"},
      {ImportedHash::bcrypt, "correct horse",
       "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuIvyWZlBcE3WoQXKqRnwrLYJ6nenE0Bq"},
      {ImportedHash::bcrypt, "correct horse",
       "a:1:{s:4:\"hash\";s:60:\"$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\";}"},
      {ImportedHash::phpbb, "correct horse",
       "$H\\2y$9saltsalt$04\\abcdefghijklmnopqrstuu$GfVBc5gSRqPyYaP1IlMD3l5lFsN9EGm"},
      {ImportedHash::phpbb, "correct horse",
       "$H\\2a$9saltsalt$04\\abcdefghijklmnopqrstuu$GfVBc5gSRqPyYaP1IlMD3l5lFsN9EGm"},
      {ImportedHash::drupal, "correct horse", "U$S$7saltSALTAB5QP2A42m75.VGUaRvPEsh6gHdZpd62uVBXWQf8vJ8"},
      {ImportedHash::drupal, "correct horse", "U$P$7saltSALTV30oylL0jDY0foHAzEk6j0"},
      {ImportedHash::scrypt, "correct horse",
       "scrypt$1024$seasalt$8$5$U5L/E4s8HSw/x7c2z5Ose/wRS4Ex+nZFwhoeVl7Y/Ivmfxi7M91P9jpq7MYsDfV9WCzv+HMsQaovdkOikEuBXg"
       "=="},
      {ImportedHash::argon2i, "correct horse",
       "$argon2i$v=19$m=256,t=2,p=2$eDlEM00zRmVQM0ZDVHRsZw$gDdlEKNb7Xhpr0kH2z1fmvbYxx8hc4w5pTj+J4yd7YU"},
      {ImportedHash::argon2i, "correct horse",
       "2|$argon2i$v=19$m=256,t=2,p=1$UUpyQ1lySEJjLmIxWUFacw$yBMbekPe5v9e+/C7mKmMJNb1Rz0Eag83i1vMSOS1/uk"},
      {ImportedHash::argon2i, "correct horse",
       "argon2$argon2i$v=19$m=256,t=2,p=8$cFNEVzh1NUxLZ3NEUUlkZw$vGPrc/dg1JaDu5x+PRyy2onyNrYaZecuqVO399XdYD8"},
      {ImportedHash::mysql, "correct horse", "*0E8F21E4240F5AD5A07D088F9C93890D13D78A4E"},
      {ImportedHash::md5, "correct horse", "3cb4e732631f47e6eb961f34554b7cde"},
      {ImportedHash::sha1, "correct horse", "2f9e53523b62abc141a2b4d6019d23cba835dbd0"},
      {ImportedHash::sha256, "correct horse",
       "4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"},
      {ImportedHash::salted, "correct horse",
       "cf837f8ad433ed6e2832d2060f6c26d4:Q7fGsaltSALTzzzzzzzzzzzzzzzzzzzz"},
      {ImportedHash::salted, "correct horse", "650723bd7bc2fba9ae8de259ff48d54b:a1"},
      {ImportedHash::salted, "correct horse",
       "f83d6119615988b062c0bcfb9d4a9d1f4741f6c0d05170eedd2c676e80c0cf35:Q7fGsaltSALTzzzzzzzzzzzzzzzzzzzz"},
      {ImportedHash::salted, "correct horse", "e1743207ca55cb5b3a1233fcb030ce1e:x:y"},
      {ImportedHash::salted, "correct horse", "2b033c3aa98de499475070ba035cedb9:xy"},
      {ImportedHash::salted, "correct horse", "8af7fe258e0de53225bcc4fba34bf0c3:a:\""},
      {ImportedHash::salted, "correct horse", "dd55337b4ebfd63d7e23359ed6513e14:saltsalt"},
      {ImportedHash::salted, "correct horse", "md5$seasalt$b614725f4cc025a51ab6a354d12890ab"},
      {ImportedHash::salted, "correct horse", "sha1$seasalt$55eef163bf2e349b9946e3183eef620dde0247f5"},
      {ImportedHash::salted, "correct horse",
       "a:3:{s:4:\"hash\";s:64:\"635c8a231859534a9fd86188b857724c213da50f3497f1cf5512e4aaca12e93e\";s:4:\"salt\";s:32:"
       "\"Q7fGsaltSALTzzzzzzzzzzzzzzzzzzzz\";s:8:\"hashFunc\";s:6:\"sha256\";}"},
      {ImportedHash::salted, "correct horse",
       "a:3:{s:4:\"hash\";s:40:\"04340ea3f8ec94c57f6029b9adee2fe8ca5480a3\";s:4:\"salt\";s:32:"
       "\"Q7fGsaltSALTzzzzzzzzzzzzzzzzzzzz\";s:8:\"hashFunc\";s:4:\"sha1\";}"}};
  return known;
}

PasswordSettings quick_settings(std::vector<ImportedHash> imported) {
  PasswordSettings settings;
  settings.memory = 64 * 1024;
  settings.iterations = 1;
  settings.concurrency = 4;
  settings.imported = std::move(imported);
  return settings;
}

struct Desk {
  explicit Desk(std::vector<ImportedHash> imported)
      : settings(quick_settings(std::move(imported))),
        gate(lock.path(), settings.concurrency, milliseconds{10'000}),
        passwords(settings, gate) {}
  PasswordVerdict check(std::string_view typed, const std::string& encoded) {
    return passwords.check(Secret::copy_of(typed), encoded);
  }
  PasswordSettings settings;
  TemporaryLock lock;
  HashingSlots gate;
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
        std::string("5f4dcc3b5aa765d61d8327deb882cf9"),
        std::string("5f4dcc3b5aa765d61d8327deb882cf9g"),
        std::string("5f4dcc3b5aa765d61d8327deb882cf99:"),
        "5f4dcc3b5aa765d61d8327deb882cf99:" + std::string(129, 's'),
        std::string("md5$5f4dcc3b5aa765d61d8327deb882cf99"),
        std::string("*0E8F21E4240F5AD5A07D088F9C93890D13D78A4"),
        std::string("a:3:{s:4:\"hash\";s:99999999999:\"x\";}"),
        std::string(
            "a:1:{s:4:\"hash\";s:60:\"$2y$31$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\";}"),
        std::string("a:1:{s:4:\"hash\";s:60:\";}"),
        "1|$2y$31" + bcrypt_end,
        "bcrypt_sha256$$2b$15" + bcrypt_end,
        std::string("$H\\2y$9saltsalt$31\\abcdefghijklmnopqrstuu$GfVBc5gSRqPyYaP1IlMD3l5lFsN9EGm"),
        std::string("$H\\2y$Wsaltsalt$04\\abcdefghijklmnopqrstuu$GfVBc5gSRqPyYaP1IlMD3l5lFsN9EGm"),
        std::string("U$S$W") + std::string(51, '.'),
        "scrypt$2147483648$s$8$1$" + std::string(86, 'A') + "==",
        "scrypt$1048576$s$8$1$" + std::string(86, 'A') + "==",
        "scrypt$16384$s$8$17$" + std::string(86, 'A') + "==",
        "scrypt$1000$s$8$1$" + std::string(86, 'A') + "==",
        "scrypt$16384$s$0$1$" + std::string(86, 'A') + "==",
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
        std::string("2|$argon2i$v=19$m=4194304,t=3,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"),
        std::string("argon2$argon2i$v=19$m=256,t=2147483648,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"),
        std::string("$argon2i$v=19$m=256,t=3,p=9$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")})
    BOOST_TEST(!old_hash_kind(encoded).has_value(), encoded);
}

BOOST_AUTO_TEST_CASE(an_imported_hash_signs_in_only_where_its_kind_is_accepted_and_wants_a_better_one) {
  for (const auto& [kind, typed, encoded] : known_hashes()) {
    Desk accepting({kind});
    BOOST_TEST((accepting.check(typed, encoded) == PasswordVerdict::right_needs_rehash), encoded);
    BOOST_TEST((accepting.check(typed + "x", encoded) == PasswordVerdict::wrong), encoded);
    const auto better = accepting.passwords.rehash(Secret::copy_of(typed)).value();
    BOOST_TEST(better.starts_with("$argon2id$"));
    BOOST_TEST((accepting.check(typed, better) == PasswordVerdict::right), encoded);
    Desk refusing(kind == ImportedHash::crypt ? std::vector<ImportedHash>{}
                                              : std::vector<ImportedHash>{ImportedHash::crypt});
    BOOST_TEST((refusing.check(typed, encoded) == PasswordVerdict::wrong), encoded);
  }
}

// What was typed, and a hash that the old program made of something else.
BOOST_AUTO_TEST_CASE(passwords_that_the_old_program_changed_before_it_hashed_them_sign_in) {
  const std::vector<Known> changed{
      {ImportedHash::phpass, "it's", "$P$7saltsaltRWz9sPBxfIte/beJ0KtPL/"},
      {ImportedHash::phpass, "  it's ", "$P$7saltsaltRWz9sPBxfIte/beJ0KtPL/"},
      {ImportedHash::wordpress, "it's \"b\\ ",
       "$wp$2y$04$abcdefghijklmnopqrstuuVJArnheDlPJ72hyNZUVFr7gy/5.GMyK"},
      {ImportedHash::phpass, "<a> & \"b\"", "$H$7saltsaltmCfolKRNDKfsBDOMkLnqz1"},
      {ImportedHash::phpbb, "<a> & \"b\"",
       "$H\\2y$7saltsalt$04\\abcdefghijklmnopqrstuu$9kzGcw4GyXXC9TRgyepRVuBuaWYtBtW"},
      {ImportedHash::bcrypt, "a<b", "$2y$04$abcdefghijklmnopqrstuuw01/ewUyNtyAnzIm2o.WOrfO2EgG2Qq"},
      {ImportedHash::drupal, " padded ", "$S$7saltSALTXlPr782CfPL5oLEX1d0GcH.xicSXeddZWybPRgOBUpy"},
      {ImportedHash::pbkdf2, "it's", "sha256:1000:MDEyMzQ1:fePN8uxXO3ttzfwqW7dJ+Kurx4WiGWZs"},
      {ImportedHash::md5, "it's", "DF8C6FA71F648115EA03CB499348DF07"},
      {ImportedHash::mysql, "it's", "*73F6E8A9040DF5F5C1336A7A97C05CECAEC15726"}};
  for (const auto& [kind, typed, encoded] : changed) {
    Desk desk({kind});
    BOOST_TEST((desk.check(typed, encoded) == PasswordVerdict::right_needs_rehash), typed + " " + encoded);
    BOOST_TEST((desk.check(typed + "x", encoded) == PasswordVerdict::wrong), encoded);
    const auto better = desk.passwords.rehash(Secret::copy_of(typed)).value();
    BOOST_TEST((desk.check(typed, better) == PasswordVerdict::right),
               "the new hash is of what was typed: " + encoded);
  }
  const std::string phpbb_argon2 =
      "$argon2id$v=19$m=256,t=2,p=2$N0RoOENuREptRjBpdlMvRg$4fALoDNarHhl+1Qyg6id/df1DBoD3JObAkTUAh6d4aU";
  BOOST_TEST((Desk({ImportedHash::phpbb}).check("<a> & \"b\"", phpbb_argon2) ==
              PasswordVerdict::right_needs_rehash));
  BOOST_TEST((Desk({ImportedHash::wordpress}).check("<a> & \"b\"", phpbb_argon2) == PasswordVerdict::wrong));
}

// The form belongs to the kind of hash: our own hashes and those of other programs open to the text alone.
BOOST_AUTO_TEST_CASE(no_changed_form_opens_a_hash_of_another_kind) {
  Desk desk({ImportedHash::wordpress, ImportedHash::phpbb, ImportedHash::crypt});
  const auto ours = desk.passwords.hash(Secret::copy_of("a&amp;b long enough")).value();
  BOOST_TEST((desk.check("a&amp;b long enough", ours) == PasswordVerdict::right));
  BOOST_TEST((desk.check("a&b long enough", ours) == PasswordVerdict::wrong));
  const auto slashed = desk.passwords.hash(Secret::copy_of("it\\'s long enough")).value();
  BOOST_TEST((desk.check("it's long enough", slashed) == PasswordVerdict::wrong));
}

// How many hashes a wrong answer costs depends on what was typed and on the settings.
BOOST_AUTO_TEST_CASE(the_number_of_forms_depends_on_the_text_alone) {
  const auto forms = [](ImportedHash kind, std::string_view typed) {
    std::vector<Secret> texts;
    texts.push_back(Secret::copy_of(typed));
    return hashed_forms(kind, texts).size();
  };
  BOOST_TEST(forms(ImportedHash::phpass, "correct horse") == 1U);
  BOOST_TEST(forms(ImportedHash::phpass, "it's") == 2U);
  BOOST_TEST(forms(ImportedHash::phpass, "\"") == 3U);
  BOOST_TEST(forms(ImportedHash::crypt, "\"") == 1U);
}

BOOST_AUTO_TEST_CASE(argon2id_with_the_prefix_of_django_or_nextcloud_opens_and_wants_a_plain_one) {
  for (
      const std::string& encoded :
      {std::string(
           "3|$argon2id$v=19$m=256,t=2,p=1$TFZZM3dBUm4vYU9BMWVBZg$8fd439/QwDZKMuC0u8IgpM4X4Gc26u0ApiIeB6bKIPo"),
       std::string(
           "argon2$argon2id$v=19$m=256,t=2,p=8$WXI5cG1HaG8va1BhODMuMA$jjvIczd36WZBYaEGsE+CkRpEJR1HPMYL0AsYiX4fdRI")}) {
    Desk desk({});
    BOOST_TEST((desk.check("correct horse", encoded) == PasswordVerdict::right_needs_rehash), encoded);
    BOOST_TEST((desk.check("correct horsf", encoded) == PasswordVerdict::wrong), encoded);
  }
  Desk desk({});
  const auto ours = desk.passwords.hash(Secret::copy_of("correct horse")).value();
  BOOST_TEST((desk.check("correct horse", ours) == PasswordVerdict::right));
  BOOST_TEST((desk.check("correct horse", "3|" + ours) == PasswordVerdict::right_needs_rehash));
}

// Typed on a Mac, e with a combining accent: the new hash is of the normalised text, as at registration.
BOOST_AUTO_TEST_CASE(what_replaces_an_imported_hash_is_made_of_the_normalised_text) {
  Desk desk({});
  const auto made = desk.passwords.rehash(Secret::copy_of("cafe\u0301 au lait")).value();
  BOOST_TEST((desk.check("caf\u00e9 au lait", made) == PasswordVerdict::right));
  BOOST_TEST((desk.check("cafe\u0301 au lait", made) == PasswordVerdict::right));
}

// Counted in what was computed, not in time: every kind that is accepted costs each wrong answer its ordinary
// hash.
// Drupal's kind reads the password 32,769 times: 64 KB of it took seconds.
BOOST_AUTO_TEST_CASE(a_password_that_is_far_too_long_costs_nothing) {
  const auto longest = Secret(std::string(old_password_limit, 'x'));
  const auto hostile = Secret(std::string(64 * 1024, 'x'));
  for (const auto kind :
       {ImportedHash::bcrypt, ImportedHash::wordpress, ImportedHash::phpass, ImportedHash::drupal,
        ImportedHash::pbkdf2, ImportedHash::crypt, ImportedHash::argon2i}) {
    const testing::ProcessorTime spent;
    compute_old_decoy(kind, hostile);
    BOOST_TEST(spent.so_far().count() < 20, old_hash_name(kind));
    compute_old_decoy(kind, longest);
    BOOST_TEST(spent.so_far().count() < 3000, old_hash_name(kind));
  }
}

BOOST_AUTO_TEST_CASE(the_ordinary_hash_of_each_kind_can_be_computed) {
  for (std::size_t i = 0; i < old_hash_names.size(); ++i) {
    const auto kind = static_cast<ImportedHash>(i);
    BOOST_TEST((old_hash_kind(ordinary_old_hash(kind)) == kind), old_hash_name(kind));
    compute_old_decoy(kind, Secret::copy_of("anything"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
