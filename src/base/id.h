// Identifiers: UUIDs of version 7 (RFC 9562 section 5.7), so that rows inserted one after another lie next
// to each other on disk. Ids of different things are different types, and the compiler tells them apart.
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/entropy.h"
#include "base/time.h"

namespace cardea {

using Uuid = std::array<std::uint8_t, 16>;

// 48 bits of milliseconds, 74 random bits.
[[nodiscard]] Uuid new_uuid(Instant now, Entropy& entropy);
// "0192f3c4-…": 36 characters, lower case.
[[nodiscard]] std::string uuid_text(const Uuid& uuid);
// Accepts exactly the form that uuid_text writes.
[[nodiscard]] std::optional<Uuid> uuid_of_text(std::string_view text);

template <class Thing>
struct Id {
  Uuid uuid{};

  [[nodiscard]] static Id make(Instant now, Entropy& entropy) { return Id{new_uuid(now, entropy)}; }
  [[nodiscard]] static std::optional<Id> of_text(std::string_view text) {
    const auto uuid = uuid_of_text(text);
    return uuid ? std::optional<Id>{Id{*uuid}} : std::nullopt;
  }
  // Precondition: bytes.size() == 16, as the database column promises.
  [[nodiscard]] static Id of_bytes(std::string_view bytes) { return Id{array_of<16>(bytes)}; }
  [[nodiscard]] std::string text() const { return uuid_text(uuid); }
  [[nodiscard]] std::string_view bytes() const { return view_of(uuid); }
  auto operator<=>(const Id&) const = default;
};

using UserId = Id<struct UserThing>;
using SessionId = Id<struct SessionThing>;  // one signed-in device: one row, one chain of refresh tokens
using EventId = Id<struct EventThing>;
using LetterId = Id<struct LetterThing>;

}  // namespace cardea
