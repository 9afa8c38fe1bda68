// The decision about one row, as tables: which token is presented when, and what must be done.
#include "auth/session/rotation.h"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "base/digest.h"

using namespace cardea;

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Instant moved_at{milliseconds{1'795'317'300'000}};
constexpr Generation current = 7;
constexpr milliseconds tick{1};
constexpr milliseconds grace{10'000};
constexpr milliseconds day = hours{24};
constexpr bool same_key = true;
constexpr bool no_key = false;

TokenSettings settings_with(seconds renew_min_interval = seconds{0}) {
  TokenSettings settings;
  settings.refresh_ttl = hours{24 * 30};
  settings.rotation_grace = std::chrono::duration_cast<seconds>(grace);
  settings.renew_min_interval = renew_min_interval;
  return settings;
}

Session moved_row() {
  Session row;
  row.generation = current;
  row.created_at = moved_at - hours{5};
  row.rotated_at = moved_at;
  row.idempotency = sha256("the key of the request that moved it");
  return row;
}

std::string word(RotationStep step) {
  switch (step) {
    case RotationStep::reissue:
      return "reissue";
    case RotationStep::advance:
      return "advance";
    case RotationStep::replay:
      return "replay";
    case RotationStep::reuse:
      return "reuse";
    case RotationStep::restore:
      return "restore";
    case RotationStep::unclear:
      return "unclear";
  }
  return "?";
}

struct Row {
  const char* name;
  Generation presented;
  milliseconds age;  // of the row's last move
  bool with_key;     // the Idempotency-Key of the request that moved the row
  const char* step;
};

void check(const Row& row, const Session& session, const TokenSettings& settings) {
  Presentation presented{.generation = row.presented, .idempotency = {}, .now = moved_at + row.age};
  if (row.with_key) presented.idempotency = session.idempotency;
  BOOST_TEST_CONTEXT(row.name) {
    BOOST_TEST(word(decide_rotation(session, presented, settings)) == row.step);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rotation)

BOOST_AUTO_TEST_CASE(the_newest_token_moves_the_row_at_most_once_a_window) {
  constexpr Row rows[] = {
      {"at the moment of the move", current, milliseconds{0}, no_key, "reissue"},
      {"a tick before the window ends", current, grace - tick, no_key, "reissue"},
      {"exactly at its end", current, grace, no_key, "advance"},
      {"a tick later", current, grace + tick, no_key, "advance"},
      {"a month later", current, hours{24 * 30}, no_key, "advance"},
      {"the same key does not make the newest token an old one", current, grace, same_key, "advance"},
  };
  for (const auto& row : rows) check(row, moved_row(), settings_with());
}

BOOST_AUTO_TEST_CASE(a_minimum_interval_between_renewals_lengthens_the_rest_of_the_newest_token_only) {
  constexpr Row rows[] = {
      {"after the grace, within the interval", current, grace, no_key, "reissue"},
      {"a tick before the interval ends", current, hours{1} - tick, no_key, "reissue"},
      {"exactly at its end", current, hours{1}, no_key, "advance"},
      {"the replaced token keeps the short window", current - 1, grace, no_key, "replay"},
      {"and not a tick more", current - 1, grace + tick, no_key, "reuse"},
  };
  for (const auto& row : rows) check(row, moved_row(), settings_with(hours{1}));
}

BOOST_AUTO_TEST_CASE(an_interval_shorter_than_the_grace_does_not_shorten_the_rest) {
  check({"the larger of the two counts", current, grace - tick, no_key, "reissue"}, moved_row(),
        settings_with(seconds{3}));
}

BOOST_AUTO_TEST_CASE(a_sign_in_is_no_move) {
  auto row = moved_row();
  row.generation = 0;
  row.rotated_at = never;
  row.idempotency.reset();
  row.created_at = moved_at;
  check({"at the moment of the sign-in", 0, milliseconds{0}, no_key, "advance"}, row,
        settings_with(hours{1}));
}

BOOST_AUTO_TEST_CASE(the_replaced_token_brings_the_same_successor_within_the_window) {
  constexpr Row rows[] = {
      {"at the moment of the move", current - 1, milliseconds{0}, no_key, "replay"},
      {"exactly at the end of the window", current - 1, grace, no_key, "replay"},
      {"a tick later", current - 1, grace + tick, no_key, "reuse"},
      {"an hour later", current - 1, hours{1}, no_key, "reuse"},
      {"later, with the key", current - 1, grace + tick, same_key, "replay"},
      {"a tick before the key's time is over", current - 1, day - tick, same_key, "replay"},
      {"exactly then", current - 1, day, same_key, "replay"},
      {"a tick later", current - 1, day + tick, same_key, "reuse"},
  };
  for (const auto& row : rows) check(row, moved_row(), settings_with());
}

BOOST_AUTO_TEST_CASE(only_the_key_of_the_request_that_moved_the_row_opens_the_long_window) {
  auto row = moved_row();
  Presentation presented{
      .generation = current - 1, .idempotency = sha256("another key"), .now = moved_at + grace + tick};
  BOOST_TEST(word(decide_rotation(row, presented, settings_with())) == "reuse");
  row.idempotency.reset();
  BOOST_TEST(word(decide_rotation(row, presented, settings_with())) == "reuse");
  presented.idempotency.reset();
  BOOST_TEST(word(decide_rotation(row, presented, settings_with())) == "reuse");
}

BOOST_AUTO_TEST_CASE(older_tokens_are_reuse_at_any_time_and_with_any_key) {
  constexpr Row rows[] = {
      {"two back, at once", current - 2, milliseconds{0}, no_key, "reuse"},
      {"two back, with the key", current - 2, milliseconds{0}, same_key, "reuse"},
      {"the first one", 0, milliseconds{0}, no_key, "reuse"},
      {"two back, late", current - 2, day, no_key, "reuse"},
  };
  for (const auto& row : rows) check(row, moved_row(), settings_with());
}

BOOST_AUTO_TEST_CASE(newer_tokens_show_that_the_database_lost_commits) {
  constexpr Row rows[] = {
      {"one ahead", current + 1, milliseconds{0}, no_key, "restore"},
      {"a hundred ahead", current + 100, day, no_key, "restore"},
      {"two thousand million ahead", 2'000'000'000, day, same_key, "restore"},
  };
  for (const auto& row : rows) check(row, moved_row(), settings_with());
}

BOOST_AUTO_TEST_CASE(the_last_generation_of_all_has_no_successor) {
  constexpr auto last = std::numeric_limits<Generation>::max();
  check({"from the future", last, day, no_key, "reuse"}, moved_row(), settings_with());
  auto row = moved_row();
  row.generation = last;
  check({"the newest", last, day, no_key, "reuse"}, row, settings_with());
  check({"the newest, at once", last, milliseconds{0}, no_key, "reissue"}, row, settings_with());
  check({"the one before", last - 1, milliseconds{0}, no_key, "replay"}, row, settings_with());
}

BOOST_AUTO_TEST_CASE(another_hosts_clock_may_be_ahead) {
  constexpr Row rows[] = {
      {"the newest, moved in our future", current, milliseconds{-30'000}, no_key, "reissue"},
      {"the replaced one, moved in our future", current - 1, milliseconds{-30'000}, no_key, "replay"},
      {"an hour ahead, with the key", current - 1, -hours{1}, same_key, "replay"},
      {"two back is reuse even so", current - 2, milliseconds{-30'000}, no_key, "reuse"},
  };
  for (const auto& row : rows) check(row, moved_row(), settings_with());
}

BOOST_AUTO_TEST_CASE(without_grace_only_the_very_moment_of_the_move_counts) {
  auto settings = settings_with();
  settings.rotation_grace = seconds{0};
  check({"newest, same moment", current, milliseconds{0}, no_key, "advance"}, moved_row(), settings);
  check({"replaced, same moment", current - 1, milliseconds{0}, no_key, "replay"}, moved_row(), settings);
  check({"replaced, a tick later", current - 1, tick, no_key, "reuse"}, moved_row(), settings);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(idle_end)

namespace {

struct Slide {
  const char* name;
  milliseconds left;  // until the row's idle end
  std::optional<seconds> within;
  milliseconds absolute_left;  // 0: no absolute end
  milliseconds left_after;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_spent_token_proves_nothing_if_the_row_moved_on_after_it_had_come_in) {
  constexpr milliseconds hour = hours{1};
  const auto step = [](Generation presented, milliseconds came_in, milliseconds read) {
    return word(decide_rotation(
        moved_row(),
        {.generation = presented, .idempotency = {}, .now = moved_at + came_in, .read_at = moved_at + read},
        settings_with()));
  };
  BOOST_TEST(step(current - 2, milliseconds{0}, milliseconds{0}) == "unclear");
  BOOST_TEST(step(current - 2, -hour, hour) == "unclear");
  BOOST_TEST(step(current - 1, -hour, hour) == "replay");
  BOOST_TEST(step(current, -hour, hour) == "reissue");
  // It came in when the row had moved, or the move is of a clock ahead of ours.
  BOOST_TEST(step(current - 2, tick, hour) == "reuse");
  BOOST_TEST(step(current - 2, -hour, -tick) == "reuse");
}

BOOST_AUTO_TEST_CASE(the_idle_end_slides_but_never_past_the_absolute_end_and_never_back) {
  const milliseconds month = hours{24 * 30};
  const Slide rows[] = {
      {"every rotation slides", hours{24 * 3}, {}, hours{24 * 365}, month},
      {"no absolute end", hours{24 * 3}, {}, milliseconds{0}, month},
      {"cut at the absolute end", hours{24 * 3}, {}, hours{24 * 10}, hours{24 * 10}},
      {"to the tick", hours{24 * 3}, {}, month - tick, month - tick},
      {"never earlier than it was", month + hours{1}, {}, hours{24 * 365}, month + hours{1}},
      {"held back before the last days", hours{24 * 8}, hours{24 * 7}, hours{24 * 365}, hours{24 * 8}},
      {"a tick before the last seven days", hours{24 * 7} + tick, hours{24 * 7}, milliseconds{0},
       hours{24 * 7} + tick},
      {"exactly seven days before the end", hours{24 * 7}, hours{24 * 7}, milliseconds{0}, month},
      {"in the last days, cut at the absolute end", hours{1}, hours{24 * 7}, hours{2}, hours{2}},
  };
  for (const auto& slide : rows) {
    Session row = moved_row();
    row.idle_until = moved_at + slide.left;
    if (slide.absolute_left > milliseconds{0}) row.absolute_until = moved_at + slide.absolute_left;
    auto settings = settings_with();
    settings.refresh_slide_within = slide.within;
    BOOST_TEST_CONTEXT(slide.name) {
      BOOST_TEST((slide_idle_end(row, settings, moved_at) - moved_at).count() == slide.left_after.count());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
