// A set of texts in few bytes, to ask whether a text is in it: three bytes for each text, whatever its length. It is a
// sorted list of hashes, the first bits of SHA-256, in which the distances from one to the next are written in Rice codes
// (R. F. Rice, "Some practical universal noiseless coding techniques", 1979). The hashes are in blocks of about 32 with a
// table of where each block begins, so that one question reads one block.
//
// A text that is in the set is always found. A text that is not in it seems to be in one case of 4 to 8 million. (The hashes
// have 22 bits more than are needed to number the texts.)
//
// The bytes, numbers big-endian:
//    0  "cardset1"
//    8  SHA-256 of all that follows
//   40  the number of texts, 8 bytes
//   48  where each block begins in the codes, and where the last one ends, 4 bytes each
//    …  the codes: for each distance, or for the first hash of a block itself, ones and a zero for its upper part, and 22
//       bits; ones after the last one up to a whole byte
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/descriptor.h"

namespace cardea {

class TextSet {
 public:
  // Nothing if these are not the bytes of a set, or not all of them. Looks at the table alone, not at the codes. The bytes
  // must outlive the set.
  [[nodiscard]] static std::optional<TextSet> of(std::string_view bytes);

  // Safe from many threads.
  [[nodiscard]] bool holds(std::string_view text) const;
  [[nodiscard]] std::uint64_t size() const { return count_; }
  // Reads all bytes: whether they are those that were written.
  [[nodiscard]] bool is_intact() const;

 private:
  TextSet(std::string_view bytes, std::uint64_t count);
  [[nodiscard]] std::string_view block(std::uint64_t number) const;

  std::string_view bytes_;
  std::uint64_t count_;
  std::string_view table_;
  std::string_view codes_;
};

// What the set keeps of a text.
[[nodiscard]] std::uint64_t text_hash(std::string_view text);

inline constexpr std::uint64_t text_set_limit = 100'000'000;  // texts

// The bytes of the set of texts with these hashes, in any order; a hash may come several times.
// Precondition: at most text_set_limit.
[[nodiscard]] std::string encode_text_set(std::vector<std::uint64_t> hashes);

// A file with the bytes of a set, mapped for reading: the processes of a host share its memory, and only what is asked for
// is read from the disk.
class TextSetFile {
 public:
  // What is wrong with the file, in words without its name, if it is not a file of a set or if other users can change it:
  // one who cuts a mapped file ends the process.
  [[nodiscard]] static std::variant<TextSetFile, std::string> open(const std::string& path);
  TextSetFile(TextSetFile&& other) noexcept;
  TextSetFile& operator=(TextSetFile&& other) noexcept;
  ~TextSetFile();

  [[nodiscard]] const TextSet& set() const { return *set_; }

 private:
  explicit TextSetFile(std::string_view mapped) : mapped_(mapped), set_(TextSet::of(mapped)) {}

  std::string_view mapped_;
  std::optional<TextSet> set_;
};

}  // namespace cardea
