#include "base/text_set.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "base/digest.h"

namespace cardea {
namespace {

constexpr std::string_view magic = "cardset1";
constexpr std::size_t digest_at = 8;
constexpr std::size_t count_at = 40;
constexpr std::size_t table_at = 48;
constexpr std::size_t offset_size = 4;
constexpr int extra_bits = 22;
constexpr int block_shift = 5;

// How the bits of a hash are divided among the number of the block and the value inside the block.
struct Shape {
  explicit Shape(std::uint64_t count) {
    const auto width = static_cast<int>(std::bit_width(count));
    value_bits = width + extra_bits;
    block_bits = std::max(width - block_shift, 0);
    inside_bits = value_bits - block_bits;
  }
  [[nodiscard]] std::uint64_t value(std::uint64_t hash) const { return hash >> (64 - value_bits); }
  [[nodiscard]] std::uint64_t block(std::uint64_t value) const { return value >> inside_bits; }
  [[nodiscard]] std::uint64_t inside(std::uint64_t value) const {
    return value & ((std::uint64_t{1} << inside_bits) - 1);
  }
  [[nodiscard]] std::uint64_t blocks() const { return std::uint64_t{1} << block_bits; }

  int value_bits;
  int block_bits;
  int inside_bits;
};

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes), end_(8 * bytes.size()) {}

  // The next distance; nothing at the end of the block.
  [[nodiscard]] std::optional<std::uint64_t> take() {
    std::uint64_t upper = 0;
    while (at_ < end_ && bit(at_)) ++at_, ++upper;
    if (end_ - at_ <= extra_bits) return std::nullopt;
    ++at_;  // the zero
    std::uint64_t lower = 0;
    for (const auto after = at_ + extra_bits; at_ < after; ++at_) lower = lower << 1 | (bit(at_) ? 1U : 0U);
    return upper << extra_bits | lower;
  }

 private:
  [[nodiscard]] bool bit(std::size_t at) const {
    return (static_cast<std::uint8_t>(bytes_[at / 8]) >> (7 - at % 8) & 1) != 0;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t end_;
};

class BitWriter {
 public:
  void put(std::uint64_t distance) {
    for (auto upper = distance >> extra_bits; upper > 0; --upper) put_bit(true);
    put_bit(false);
    for (int shift = extra_bits - 1; shift >= 0; --shift) put_bit((distance >> shift & 1) != 0);
  }
  // Up to a whole byte.
  void fill() {
    while (used_ != 0) put_bit(true);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void put_bit(bool one) {
    if (used_ == 0) bytes_ += '\0';
    if (one) bytes_.back() = static_cast<char>(static_cast<std::uint8_t>(bytes_.back()) | 0x80 >> used_);
    used_ = (used_ + 1) % 8;
  }

  std::string bytes_;
  int used_ = 0;  // bits of the last byte
};

}  // namespace

std::optional<TextSet> TextSet::of(std::string_view bytes) {
  if (bytes.size() < table_at || !bytes.starts_with(magic)) return std::nullopt;
  const auto count = number_of(bytes.substr(count_at, 8));
  if (count > text_set_limit) return std::nullopt;
  const auto table_size = (Shape(count).blocks() + 1) * offset_size;
  if (bytes.size() - table_at < table_size) return std::nullopt;
  const auto codes_size = bytes.size() - table_at - table_size;
  if (number_of(bytes.substr(table_at + table_size - offset_size, offset_size)) != codes_size)
    return std::nullopt;
  return TextSet(bytes, count);
}

TextSet::TextSet(std::string_view bytes, std::uint64_t count) : bytes_(bytes), count_(count) {
  const auto table_size = (Shape(count).blocks() + 1) * offset_size;
  table_ = bytes.substr(table_at, table_size);
  codes_ = bytes.substr(table_at + table_size);
}

// Empty if the table is damaged.
std::string_view TextSet::block(std::uint64_t number) const {
  const auto begin = number_of(table_.substr(number * offset_size, offset_size));
  const auto end = number_of(table_.substr((number + 1) * offset_size, offset_size));
  return begin <= end && end <= codes_.size() ? codes_.substr(begin, end - begin) : std::string_view{};
}

bool TextSet::holds(std::string_view text) const {
  if (count_ == 0) return false;
  const Shape shape(count_);
  const auto value = shape.value(text_hash(text));
  const auto wanted = shape.inside(value);
  BitReader reader(block(shape.block(value)));
  std::uint64_t present = 0;
  while (const auto distance = reader.take()) {
    present += *distance;
    if (present >= wanted) return present == wanted;
  }
  return false;
}

bool TextSet::is_intact() const {
  return view_of(sha256(bytes_.substr(count_at))) == bytes_.substr(digest_at, count_at - digest_at);
}

std::uint64_t text_hash(std::string_view text) {
  return number_of(view_of(sha256(text)).substr(0, 8));
}

std::string encode_text_set(std::vector<std::uint64_t> hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  const Shape shape(hashes.size());
  std::string body;
  append_number(body, hashes.size(), 8);
  append_number(body, 0, offset_size);
  BitWriter codes;
  auto next = hashes.begin();
  for (std::uint64_t number = 0; number < shape.blocks(); ++number) {
    std::uint64_t last = 0;
    for (; next != hashes.end() && shape.block(shape.value(*next)) == number; ++next) {
      const auto inside = shape.inside(shape.value(*next));
      const bool is_repeated = next != hashes.begin() && shape.value(*next) == shape.value(*std::prev(next));
      if (!is_repeated) codes.put(inside - std::exchange(last, inside));
    }
    codes.fill();
    append_number(body, codes.bytes().size(), offset_size);
  }
  body += codes.bytes();
  return std::string(magic).append(view_of(sha256(body))).append(body);
}

std::variant<TextSetFile, std::string> TextSetFile::open(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0) return "it cannot be read";
  if (!S_ISREG(status.st_mode)) return "it is not a file";
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "other users can change it; chmod go-w it";
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return "it is empty";
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.number(), 0);
  if (memory == MAP_FAILED) return "it cannot be mapped into memory";
  TextSetFile mapped(std::string_view(static_cast<const char*>(memory), size));
  if (!mapped.set_) return "it is damaged, or no list of passwords made by `cardea password-list build`";
  return mapped;
}

TextSetFile::TextSetFile(TextSetFile&& other) noexcept
    : mapped_(std::exchange(other.mapped_, {})), set_(std::exchange(other.set_, std::nullopt)) {}

TextSetFile& TextSetFile::operator=(TextSetFile&& other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(set_, other.set_);
  return *this;
}

TextSetFile::~TextSetFile() {
  if (!mapped_.empty()) ::munmap(const_cast<char*>(mapped_.data()), mapped_.size());
}

}  // namespace cardea
