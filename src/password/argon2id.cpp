#include "password/argon2id.h"

#include <sodium.h>

#include <array>
#include <limits>

#include "base/number.h"

namespace cardea {
namespace {

constexpr std::size_t longest_part = 64;  // bytes of a salt or a hash

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

bool within_limits(const Argon2idHash& hash) {
  return hash.memory_kib <= largest_memory_kib && hash.iterations <= largest_iterations &&
         hash.lanes <= largest_lanes && hash.memory_kib >= 8 * hash.lanes;  // RFC 9106 section 3.1
}

bool is_base64_of(std::string_view text, std::size_t fewest_bytes) {
  std::array<unsigned char, longest_part> bytes{};
  std::size_t size = 0;
  const int failed = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                                       nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  return failed == 0 && size >= fewest_bytes;
}

// "m=19456,t=2,p=1" or "m=19456,p=1,t=2".
std::optional<Argon2idHash> parse_parameters(std::string_view text) {
  const auto first = take_until(text, ',');
  const auto second = first ? take_until(text, ',') : std::nullopt;
  if (!second) return std::nullopt;
  const bool reordered = second->starts_with('p');
  const auto memory = parameter(*first, 'm');
  const auto iterations = parameter(reordered ? text : *second, 't');
  const auto lanes = parameter(reordered ? *second : text, 'p');
  if (!memory || !iterations || !lanes) return std::nullopt;
  const Argon2idHash hash{*memory, *iterations, *lanes, reordered, {}};
  return within_limits(hash) ? std::optional{hash} : std::nullopt;
}

std::string written_out(const Argon2idHash& hash, std::string_view salt_and_hash) {
  return "$argon2id$v=19$m=" + std::to_string(hash.memory_kib) + ",t=" + std::to_string(hash.iterations) +
         ",p=" + std::to_string(hash.lanes) + "$" + std::string(salt_and_hash);
}

}  // namespace

std::optional<Argon2idHash> parse_argon2id(std::string_view encoded) {
  constexpr std::string_view prefix = "$argon2id$v=19$";
  if (!encoded.starts_with(prefix)) return std::nullopt;
  auto rest = encoded.substr(prefix.size());
  const auto parameters = take_until(rest, '$');
  if (!parameters) return std::nullopt;
  auto result = parse_parameters(*parameters);
  const auto salt_and_hash = rest;
  const auto salt = take_until(rest, '$');
  if (!result || !salt) return std::nullopt;
  if (!is_base64_of(*salt, 8) || !is_base64_of(rest, 16)) return std::nullopt;
  result->text = written_out(*result, salt_and_hash);
  return result;
}

}  // namespace cardea
