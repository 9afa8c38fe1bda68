#include "keys/material.h"

#include <stdexcept>

#include "base/encoding.h"
#include "keys/openssl.h"

namespace cardea {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view line_end = "-----";
constexpr std::size_t line_length = 64;

// Cuts the first line off text. A line ends in LF or CR LF; the last one may lack it.
std::string_view take_line(std::string_view& text) {
  const auto size = text.find('\n');
  auto line = text.substr(0, size);
  text.remove_prefix(size == std::string_view::npos ? text.size() : size + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<std::string_view> label_of(std::string_view line, std::string_view mark) {
  if (line.size() <= mark.size() + line_end.size()) return std::nullopt;
  if (!line.starts_with(mark) || !line.ends_with(line_end)) return std::nullopt;
  return line.substr(mark.size(), line.size() - mark.size() - line_end.size());
}

std::optional<Secret> decode(const Secret& base64) {
  auto bytes = base64_decode(base64.reveal());
  if (!bytes) return std::nullopt;
  return Secret{std::move(*bytes)};
}

}  // namespace

std::optional<PemBlock> parse_pem(std::string_view text) {
  const auto label = label_of(take_line(text), begin_mark);
  if (!label) return std::nullopt;
  std::string base64;
  base64.reserve(text.size());  // grows no further, so that no copy of the secret is left behind
  auto line = take_line(text);
  for (; !text.empty() && !line.starts_with(end_mark); line = take_line(text)) base64.append(line);
  const Secret body{std::move(base64)};
  if (!text.empty() || label_of(line, end_mark) != label) return std::nullopt;
  auto bytes = decode(body);
  if (!bytes) return std::nullopt;
  return PemBlock{std::string{*label}, std::move(*bytes)};
}

Secret write_pem(std::string_view label, const Secret& bytes) {
  const Secret base64{base64_encode(bytes.reveal())};
  std::string text;
  text.reserve(2 * base64.size() + 2 * label.size() + 64);
  text.append(begin_mark).append(label).append(line_end).append("\n");
  for (auto rest = base64.reveal(); !rest.empty(); rest.remove_prefix(std::min(line_length, rest.size())))
    text.append(rest.substr(0, line_length)).append("\n");
  text.append(end_mark).append(label).append(line_end).append("\n");
  return Secret{std::move(text)};
}

PemBlock pkcs8_block(const EVP_PKEY* pair) {
  const openssl::Pkcs8 pkcs8{EVP_PKEY2PKCS8(pair)};
  const int size = pkcs8 ? i2d_PKCS8_PRIV_KEY_INFO(pkcs8.get(), nullptr) : -1;
  if (size <= 0) throw std::runtime_error("a key cannot be written as PKCS #8");
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* position = reinterpret_cast<unsigned char*>(der.data());
  i2d_PKCS8_PRIV_KEY_INFO(pkcs8.get(), &position);
  return {std::string{pkcs8_label}, Secret{std::move(der)}};
}

Secret random_secret(std::size_t size, Entropy& entropy) {
  std::string bytes(size, '\0');
  entropy.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return Secret{std::move(bytes)};
}

}  // namespace cardea
