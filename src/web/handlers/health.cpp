#include <array>

#include "web/handlers/handlers.h"
#include "web/json_answer.h"

namespace cardea {
namespace {

constexpr std::array<std::string_view, 5> trouble_names{"unavailable", "access_denied", "tables_outdated",
                                                        "data_damaged", "not_writable"};
static_assert(trouble_names.size() == static_cast<std::size_t>(StoreTrouble::not_writable) + 1);

// Anybody may ask: the database is written to no more often than this.
constexpr seconds writing_proven_for{10};

// What is wrong in a word; the log says more.
Response degraded(std::string_view database, const std::exception& failure) {
  auto response = json_answer(503, {{"status", "degraded"}, {"database", database}});
  response.set("Retry-After", "2");
  response.log.note = failure.what();
  return response;
}

}  // namespace

Response handle_health(const Call& call) {
  try {
    call.deps.store.ping();
    call.deps.store.check_writing(writing_proven_for);
    return json_answer(200, {{"status", "ok"}, {"database", "ok"}});
  } catch (const StoreUnavailable& failure) {
    return degraded(trouble_names.at(static_cast<std::size_t>(failure.trouble())), failure);
  } catch (const StoreError& failure) {
    return degraded("tables_outdated", failure);
  }
}

}  // namespace cardea
