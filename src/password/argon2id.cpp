#include "password/argon2id.h"

#include <sodium.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include "base/encoding.h"

namespace cardea {
namespace {

constexpr std::size_t max_part = 64;  // bytes of a salt or a hash

// Takes everything before the separator off the front of text; nothing if there is no separator.
std::optional<std::string_view> take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  const auto part = text.substr(0, end);
  text.remove_prefix(end + 1);
  return part;
}

// "m=19456" for the name 'm': a number above 0 without leading zeros.
std::optional<std::int64_t> parameter(std::string_view text, char name) {
  if (text.size() < 3 || text[0] != name || text[1] != '=' || text[2] == '0') return std::nullopt;
  return whole_number(text.substr(2), std::numeric_limits<std::uint32_t>::max());
}

bool within_limits(const Argon2Hash& hash) {
  return hash.memory_kib <= max_memory_kib && hash.iterations <= max_iterations && hash.lanes <= max_lanes &&
         hash.memory_kib >= 8 * hash.lanes;  // RFC 9106 section 3.1
}

bool is_base64_of(std::string_view text, std::size_t min_bytes) {
  std::array<unsigned char, max_part> bytes{};
  std::size_t size = 0;
  const int failed = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                                       nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  return failed == 0 && size >= min_bytes;
}

// "m=19456,t=2,p=1" or "m=19456,p=1,t=2".
std::optional<Argon2Hash> parse_parameters(std::string_view text) {
  const auto first = take_until(text, ',');
  const auto second = first ? take_until(text, ',') : std::nullopt;
  if (!second) return std::nullopt;
  const bool reordered = second->starts_with('p');
  const auto memory = parameter(*first, 'm');
  const auto iterations = parameter(reordered ? text : *second, 't');
  const auto lanes = parameter(reordered ? *second : text, 'p');
  if (!memory || !iterations || !lanes) return std::nullopt;
  const Argon2Hash hash{*memory, *iterations, *lanes, {}};
  return within_limits(hash) ? std::optional{hash} : std::nullopt;
}

std::optional<Argon2Hash> parse(std::string_view encoded, std::string_view prefix) {
  if (!encoded.starts_with(prefix)) return std::nullopt;
  auto rest = encoded.substr(prefix.size());
  const auto parameters = take_until(rest, '$');
  if (!parameters) return std::nullopt;
  auto result = parse_parameters(*parameters);
  const auto salt_and_hash = rest;
  const auto salt = take_until(rest, '$');
  if (!result || !salt) return std::nullopt;
  if (!is_base64_of(*salt, 8) || !is_base64_of(rest, 16)) return std::nullopt;
  result->text = std::string(prefix) + "m=" + std::to_string(result->memory_kib) +
                 ",t=" + std::to_string(result->iterations) + ",p=" + std::to_string(result->lanes) + "$" +
                 std::string(salt_and_hash);
  return result;
}

std::string_view without(std::string_view prefix, std::string_view text) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// libsodium answers "does not match" also if it got no memory.
bool memory_is_short(std::int64_t memory_kib) {
  const auto size = static_cast<std::size_t>(memory_kib) * 1024;
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return true;
  munmap(memory, size);
  return false;
}

}  // namespace

std::optional<Argon2Hash> parse_argon2id(std::string_view encoded) {
  return parse(without("argon2", without("3|", encoded)), "$argon2id$v=19$");
}

std::optional<Argon2Hash> parse_argon2i(std::string_view encoded) {
  return parse(without("argon2", without("2|", encoded)), "$argon2i$v=19$");
}

bool matches_argon2(std::string_view password, const Argon2Hash& stored) {
  const int differs =
      stored.text.starts_with("$argon2id$")
          ? crypto_pwhash_str_verify(stored.text.c_str(), password.data(), password.size())
          : crypto_pwhash_argon2i_str_verify(stored.text.c_str(), password.data(), password.size());
  if (differs == 0) return true;
  if (memory_is_short(stored.memory_kib))
    throw std::system_error(ENOMEM, std::generic_category(), "checking a password");
  return false;
}

}  // namespace cardea
