#include "setup/proof.h"

#include <boost/test/unit_test.hpp>

#include "setup/scene.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(proof)

BOOST_AUTO_TEST_CASE(the_name_of_the_file_is_a_hash_of_the_cookie_and_not_the_cookie) {
  SystemEntropy entropy;
  const auto one = new_proof_secret(entropy);
  const auto other = new_proof_secret(entropy);
  BOOST_TEST(one.size() == 32U);
  BOOST_TEST(proof_file(one) == proof_file(Secret::copy_of(one.reveal())));
  BOOST_TEST(proof_file(one) != proof_file(other));
  BOOST_TEST(proof_file(one).size() == std::string("cardea-setup-.txt").size() + 32);
  BOOST_TEST(proof_file(one).find(hex_encode(one.reveal()).substr(0, 8)) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_proves_for_an_hour_after_it_was_put_there) {
  const Uploaded host;
  SystemEntropy entropy;
  const auto secret = new_proof_secret(entropy);
  const auto now = present();
  BOOST_TEST(!is_proven(secret, host.program(), now));
  host.put(host.program() + '/' + proof_file(secret));
  BOOST_TEST(is_proven(secret, host.program(), now));
  BOOST_TEST(is_proven(secret, host.program(), now + std::chrono::minutes{59}));
  BOOST_TEST(!is_proven(secret, host.program(), now + std::chrono::minutes{61}));
  BOOST_TEST(!is_proven(new_proof_secret(entropy), host.program(), now));
}

BOOST_AUTO_TEST_CASE(a_file_with_an_old_time_of_modification_proves_since_clients_keep_it) {
  const Uploaded host;
  SystemEntropy entropy;
  const auto secret = new_proof_secret(entropy);
  const auto path = host.program() + '/' + proof_file(secret);
  host.put(path);
  std::filesystem::last_write_time(path,
                                   std::filesystem::file_time_type::clock::now() - std::chrono::hours{500});
  BOOST_TEST(is_proven(secret, host.program(), present()));
}

BOOST_AUTO_TEST_CASE(a_file_in_a_folder_that_everybody_may_write_to_proves_nothing) {
  const Uploaded host;
  SystemEntropy entropy;
  const auto secret = new_proof_secret(entropy);
  host.put(host.program() + '/' + proof_file(secret));
  ::chmod(host.program().c_str(), 0777);
  BOOST_TEST(!is_proven(secret, host.program(), present()));
}

BOOST_AUTO_TEST_CASE(a_link_or_a_folder_of_that_name_proves_nothing) {
  const Uploaded host;
  SystemEntropy entropy;
  const auto secret = new_proof_secret(entropy);
  const auto path = host.program() + '/' + proof_file(secret);
  host.put(host.program() + "/other.txt");
  std::filesystem::create_symlink(host.program() + "/other.txt", path);
  BOOST_TEST(!is_proven(secret, host.program(), present()));
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  BOOST_TEST(!is_proven(secret, host.program(), present()));
  BOOST_TEST(!is_proven(secret, "", present()));
}

BOOST_AUTO_TEST_SUITE_END()
