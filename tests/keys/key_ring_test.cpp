#include "keys/ring.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "keys/material.h"
#include "support/contains.h"
#include "support/key_room.h"

using namespace cardea;

namespace {

// The directory was last changed long before anybody looks, so that nothing is read again without a reason.
constexpr Instant long_before = morning - std::chrono::hours{1};

bool knows(KeyRing& ring, const std::string& kid, Instant now) {
  return ring.verifying(kid, now) != nullptr;
}

std::string kid_of_file(const KeyRoom& room, const std::string& name) {
  return SigningKey::of_pem(Secret{room.text_of(name)}).value().kid();
}

std::string refresh_pem(const std::string& bytes) {
  return std::string{write_pem("CARDEA REFRESH KEY", Secret::copy_of(bytes)).reveal()};
}

std::string some_pem(Algorithm algorithm = Algorithm::es256) {
  SystemEntropy entropy;
  return std::string{SigningKey::generate(algorithm, entropy).private_pem().reveal()};
}

std::string error_of(const KeyRoom& room) {
  try {
    (void)room.ring(morning);
  } catch (const KeyError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_ring)

BOOST_AUTO_TEST_CASE(the_newest_key_whose_time_has_come_signs) {
  const KeyRoom room;
  const auto first = kid_of_file(room, room.add(Algorithm::es256, morning - std::chrono::hours{2}));
  const auto second = kid_of_file(room, room.add(Algorithm::es256, morning));
  const auto third = kid_of_file(room, room.add(Algorithm::es256, morning + std::chrono::hours{2}));
  room.add(Algorithm::eddsa, morning + std::chrono::minutes{1});
  auto ring = room.ring(morning);
  BOOST_TEST(ring.signing(morning - milliseconds{1}).kid() == first);
  BOOST_TEST(ring.signing(morning).kid() == second);
  BOOST_TEST(ring.signing(morning + std::chrono::hours{2} - milliseconds{1}).kid() == second);
  BOOST_TEST(ring.signing(morning + std::chrono::hours{2}).kid() == third);
  BOOST_TEST(ring.signing_keys().size() == 4U);
  for (const auto& kid : {first, second, third}) BOOST_TEST(knows(ring, kid, morning));
}

BOOST_AUTO_TEST_CASE(without_a_key_of_the_algorithm_whose_time_has_come_nothing_is_signed) {
  const KeyRoom room;
  BOOST_CHECK_THROW((void)room.ring(morning).signing(morning), KeyError);
  room.add(Algorithm::eddsa, morning);
  BOOST_CHECK_THROW((void)room.ring(morning).signing(morning), KeyError);
  room.add(Algorithm::es256, morning + seconds{1});
  BOOST_CHECK_THROW((void)room.ring(morning).signing(morning), KeyError);
  BOOST_TEST((room.ring(morning).signing(morning + seconds{1}).algorithm() == Algorithm::es256));
}

BOOST_AUTO_TEST_CASE(the_refresh_key_is_that_of_the_time_given_or_else_the_oldest) {
  const KeyRoom room;
  BOOST_CHECK_THROW((void)room.ring(morning).refresh_signing(morning), KeyError);
  room.add_refresh(morning);
  room.add_refresh(morning + seconds{100});
  const auto ring = room.ring(morning);
  BOOST_TEST(int{ring.refresh_signing(morning - std::chrono::days{100}).number} == 1);
  BOOST_TEST(int{ring.refresh_signing(morning + seconds{99}).number} == 1);
  BOOST_TEST(int{ring.refresh_signing(morning + seconds{100}).number} == 2);
  BOOST_TEST(ring.refresh_keys().front().bytes.size() == 32U);
}

BOOST_AUTO_TEST_CASE(a_new_key_is_seen_without_a_restart_and_a_removed_one_is_forgotten) {
  const KeyRoom room;
  const auto old_name = room.add(Algorithm::es256, morning);
  room.set_changed_at(long_before);
  auto ring = room.ring(morning);
  const auto new_kid = kid_of_file(room, room.add(Algorithm::es256, morning + seconds{3}));
  ring.refresh(morning + milliseconds{999});
  BOOST_TEST(ring.signing_keys().size() == 1U);  // it looked less than a second ago
  ring.refresh(morning + seconds{1});
  BOOST_TEST(ring.signing_keys().size() == 2U);
  BOOST_TEST(ring.signing(morning + seconds{3}).kid() == new_kid);
  std::filesystem::remove(room.path_of(old_name));
  ring.refresh(morning + seconds{2});
  BOOST_TEST(ring.signing_keys().size() == 1U);
  BOOST_TEST(ring.last_error() == "");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_makes_it_look_at_once) {
  const KeyRoom room;
  room.add(Algorithm::es256, morning);
  room.set_changed_at(long_before);
  auto ring = room.ring(morning);
  const auto new_kid = kid_of_file(room, room.add(Algorithm::es256, morning));
  room.add_refresh(morning);
  BOOST_TEST(knows(ring, new_kid, morning));
  BOOST_TEST(ring.refresh_verifying(1, morning) != nullptr);
  BOOST_TEST(ring.refresh_verifying(2, morning) == nullptr);
  BOOST_TEST(ring.refresh_verifying(0, morning) == nullptr);
}

// The file is spoiled in place, which its directory does not tell: had the ring read it, there would be an
// error.
BOOST_AUTO_TEST_CASE(strangers_names_do_not_make_it_read_files) {
  const KeyRoom room;
  const auto name = room.add(Algorithm::es256, morning);
  room.set_changed_at(long_before);
  auto ring = room.ring(morning);
  room.write(name, "spoiled");
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST(!knows(ring, std::string(42, 'A') + static_cast<char>('A' + i % 26), morning + seconds{i}));
    BOOST_TEST(ring.refresh_verifying(static_cast<std::uint8_t>(i), morning + seconds{i}) == nullptr);
  }
  BOOST_TEST(ring.last_error() == "");
  room.set_changed_at(long_before + seconds{1});
  BOOST_TEST(!knows(ring, std::string(43, 'A'), morning + seconds{100}));
  BOOST_TEST(ring.last_error() != "");
}

BOOST_AUTO_TEST_CASE(a_change_that_left_no_trace_in_the_clock_is_found) {
  const KeyRoom room;
  const auto name = room.add(Algorithm::es256, morning);
  room.set_changed_at(morning - milliseconds{1500});
  auto ring = room.ring(morning);  // so soon after the change that another may have the same time
  const auto first = kid_of_file(room, name);
  room.write(name, some_pem());
  BOOST_TEST(knows(ring, kid_of_file(room, name), morning));
  BOOST_TEST(!knows(ring, first, morning));
  BOOST_TEST(!knows(ring, std::string(43, 'A'), morning + seconds{1}));  // read late enough: settled now
  room.write(name, "spoiled");
  BOOST_TEST(!knows(ring, std::string(43, 'A'), morning + seconds{2}));
  BOOST_TEST(ring.last_error() == "");
}

BOOST_AUTO_TEST_CASE(a_half_written_file_keeps_the_old_keys_until_it_is_whole) {
  const KeyRoom room;
  const auto kid = kid_of_file(room, room.add(Algorithm::es256, morning));
  room.set_changed_at(long_before);
  auto ring = room.ring(morning);
  const auto pem = some_pem();
  const std::string name = "20270101T000000Z-es256.pem";
  for (const auto size : {std::size_t{0}, std::size_t{1}, pem.size() / 2, pem.size() - 10}) {
    room.write(name, pem.substr(0, size));
    room.set_changed_at(long_before + seconds{1});
    ring.refresh(morning + seconds{10 + static_cast<int>(size)});
    BOOST_TEST(contains(ring.last_error(), name));
    BOOST_TEST(knows(ring, kid, morning));
    BOOST_TEST(ring.signing(morning).kid() == kid);
  }
  room.write(name, pem);
  room.set_changed_at(long_before + seconds{1});  // being completed changes nothing in the directory
  ring.refresh(morning + seconds{1000});
  BOOST_TEST(ring.last_error() == "");
  BOOST_TEST(ring.signing_keys().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_directory_that_vanishes_keeps_the_old_keys) {
  const KeyRoom room;
  const auto kid = kid_of_file(room, room.add(Algorithm::es256, morning));
  auto ring = room.ring(morning);
  std::filesystem::rename(room.path(), room.path() + ".away");
  ring.refresh(morning + seconds{5});
  BOOST_TEST(knows(ring, kid, morning + seconds{5}));
  BOOST_TEST(contains(ring.last_error(), room.path()));
  std::filesystem::rename(room.path() + ".away", room.path());
  ring.refresh(morning + seconds{10});
  BOOST_TEST(ring.last_error() == "");
}

BOOST_AUTO_TEST_CASE(only_files_that_end_in_pem_count) {
  const KeyRoom room;
  room.add(Algorithm::es256, morning);
  for (const auto* name : {"hashing.lock", "README", ".20270101T000000Z-es256.pem.new",
                           "20270101T000000Z-es256.pem~", "20270101T000000Z-es256.PEM", "pem"})
    room.write(name, "no key");
  std::filesystem::create_directory(room.path_of("old"));
  BOOST_TEST(room.ring(morning).signing_keys().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_pem_file_that_is_not_understood_stops_the_start) {
  const auto good = some_pem();
  const std::pair<const char*, std::string> files[] = {
      {"key.pem", good},
      {".pem", good},
      {"20261122T031500Z.pem", good},
      {"20261122T031500Z-.pem", good},
      {"20261122T031500Z-ES256.pem", good},
      {"20261122T031500Z-es384.pem", good},
      {"20261122T031500Z-es256-1.pem", good},
      {"20261122T031500Z_es256.pem", good},
      {"20261122T031500-es256.pem", good},
      {"2026-11-22T03:15:00Z-es256.pem", good},
      {"20261322T031500Z-es256.pem", good},
      {"20260230T031500Z-es256.pem", good},
      {"20261122T241500Z-es256.pem", good},
      {"20261122T036000Z-es256.pem", good},
      {"20261122T031560Z-es256.pem", good},
      {"20261122T031500Z-eddsa.pem", good},
      {"20261122T031500Z-es256.pem", some_pem(Algorithm::eddsa)},
      {"20261122T031500Z-es256.pem", refresh_pem(std::string(32, 'k'))},
      {"20261122T031500Z-es256.pem", ""},
      {"20261122T031500Z-es256.pem", std::string(1U << 20U, 'A')},
      {"20261122T031500Z-refresh-1.pem", good},
      {"20261122T031500Z-refresh-1.pem", refresh_pem(std::string(31, 'k'))},
      {"20261122T031500Z-refresh-1.pem", refresh_pem(std::string(33, 'k'))},
      {"20261122T031500Z-refresh-0.pem", refresh_pem(std::string(32, 'k'))},
      {"20261122T031500Z-refresh-256.pem", refresh_pem(std::string(32, 'k'))},
      {"20261122T031500Z-refresh-01.pem", refresh_pem(std::string(32, 'k'))},
      {"20261122T031500Z-refresh-.pem", refresh_pem(std::string(32, 'k'))},
      {"20261122T031500Z-refresh--1.pem", refresh_pem(std::string(32, 'k'))},
  };
  for (const auto& [name, text] : files) {
    const KeyRoom room;
    room.write(name, text);
    BOOST_TEST_CONTEXT(name) BOOST_TEST(contains(error_of(room), name));
  }
}

BOOST_AUTO_TEST_CASE(two_refresh_keys_of_one_number_stop_the_start) {
  const KeyRoom room;
  room.write("20261122T031500Z-refresh-1.pem", refresh_pem(std::string(32, 'a')));
  BOOST_TEST(error_of(room) == "");
  room.write("20261123T031500Z-refresh-1.pem", refresh_pem(std::string(32, 'b')));
  BOOST_TEST(contains(error_of(room), "20261123T031500Z-refresh-1.pem"));
}

BOOST_AUTO_TEST_CASE(no_message_holds_key_material) {
  const KeyRoom room;
  room.write("20261122T031500Z-es256.pem", refresh_pem(std::string(32, 'k')));
  BOOST_TEST(!contains(error_of(room), "a2tra2tr"));
}

BOOST_AUTO_TEST_CASE(the_published_keys_are_public_and_complete) {
  const KeyRoom room;
  std::vector<std::string> kids;
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256})
    kids.push_back(kid_of_file(room, room.add(algorithm, morning)));
  kids.push_back(kid_of_file(room, room.add(Algorithm::es256, morning + std::chrono::hours{1})));
  const auto hmac_kid = kid_of_file(room, room.add(Algorithm::hs256, morning));
  room.add_refresh(morning);
  const auto text = room.ring(morning).jwks();
  const auto keys = parse_json(text).value().at("keys");
  BOOST_TEST(keys.size() == 4U);
  for (const auto& kid : kids) BOOST_TEST(contains(text, kid));
  BOOST_TEST(!contains(text, hmac_kid));
  for (const auto& key : keys) {
    for (const auto* secret : {"d", "p", "q", "dp", "dq", "qi", "k"}) BOOST_TEST(!key.contains(secret));
    BOOST_TEST(SigningKey::of_jwk(key)->kid() == key.at("kid").get<std::string>());
  }
  BOOST_TEST(KeyRoom{}.ring(morning).jwks() == R"({"keys":[]})");
}

BOOST_AUTO_TEST_CASE(a_ring_can_be_moved) {
  const KeyRoom room;
  const auto kid = kid_of_file(room, room.add(Algorithm::es256, morning));
  auto ring = room.ring(morning);
  KeyRing moved = std::move(ring);
  BOOST_TEST(moved.signing(morning).kid() == kid);
  BOOST_TEST(knows(moved, kid, morning));
}

BOOST_AUTO_TEST_SUITE_END()
