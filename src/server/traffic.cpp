#include "server/traffic.h"

#include <string>

#include "auth/session/transport_report.h"

namespace cardea {
namespace {

constexpr std::size_t by_cookie = 0;
constexpr std::size_t by_header = 1;
constexpr std::size_t first_answer = 2;  // 2xx

std::string name_of(std::size_t kind) {
  if (kind == by_cookie) return std::string(cookie_requests);
  if (kind == by_header) return std::string(header_requests);
  return std::string(answers_prefix) + std::to_string(kind) + "xx";
}

}  // namespace

void Traffic::add(std::size_t kind, Instant now) {
  counts_[kind].number.fetch_add(1, std::memory_order_relaxed);
  counts_[kind].last_at.store(unix_milliseconds(now), std::memory_order_relaxed);
}

void Traffic::count(const Response& response, Instant now) {
  if (response.transport == Transport::cookie) add(by_cookie, now);
  if (response.transport == Transport::header) add(by_header, now);
  const auto hundred = static_cast<std::size_t>(response.status / 100);
  if (hundred >= first_answer && hundred < kinds) add(hundred, now);
}

void Traffic::carry(Store& store, Instant now) {
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    auto& count = counts_[kind];
    const auto number = count.number.exchange(0, std::memory_order_relaxed);
    if (number == 0) continue;
    try {
      store.add_tally({.day = day_of(now),
                       .name = name_of(kind),
                       .total = number,
                       .last_at = from_unix_milliseconds(count.last_at.load(std::memory_order_relaxed))});
    } catch (const std::exception&) {
      count.number.fetch_add(number, std::memory_order_relaxed);
      return;
    }
  }
}

}  // namespace cardea
