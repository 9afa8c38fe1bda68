// The record layer, fed as web servers, slow peers and attackers feed it. The bytes here are made by hand, by the
// layouts of FastCGI 1.0 sections 3 to 5, and not by the code under test.
#include "server/records.h"

#include <fastcgi.h>
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <ostream>
#include <variant>
#include <vector>

#include "base/time.h"

namespace cardea {

static std::ostream& operator<<(std::ostream& out, RequestReader::State state) {
  constexpr const char* names[] = {"between",   "begun",     "complete", "too_long",
                                   "too_large", "malformed", "closed"};
  return out << names[static_cast<int>(state)];
}

}  // namespace cardea

using namespace cardea;
using namespace std::literals;

namespace {

using State = RequestReader::State;
constexpr std::size_t limit = 1000;  // of a body

std::string record(int type, int id, std::string_view content, std::size_t padding = 0) {
  std::string bytes;
  for (const auto byte : {std::size_t{1}, static_cast<std::size_t>(type), static_cast<std::size_t>(id / 256),
                          static_cast<std::size_t>(id % 256), content.size() / 256, content.size() % 256,
                          padding, std::size_t{0}})
    bytes.push_back(static_cast<char>(byte));
  return bytes.append(content).append(padding, 'p');
}

std::string begin(int id, int role = FCGI_RESPONDER, int flags = 0) {
  const char content[8] = {0, static_cast<char>(role), static_cast<char>(flags)};
  return record(FCGI_BEGIN_REQUEST, id, {content, sizeof content});
}

std::string abort_of(int id) {
  return record(FCGI_ABORT_REQUEST, id, "");
}

std::string end_of(int id, int status) {
  const char content[8] = {0, 0, 0, 0, static_cast<char>(status), 0, 0, 0};
  return record(FCGI_END_REQUEST, id, {content, sizeof content});
}

std::string long_length(std::size_t size) {
  std::string bytes;
  for (const std::size_t byte : {0x80 | size >> 24, size >> 16, size >> 8, size})
    bytes.push_back(static_cast<char>(byte & 0xFF));
  return bytes;
}

std::string short_or_long_length(std::size_t size) {
  return size < 0x80 ? std::string(1, static_cast<char>(size)) : long_length(size);
}

std::string pair(std::string_view name, std::string_view value) {
  return (short_or_long_length(name.size()) + short_or_long_length(value.size())).append(name).append(value);
}

// A stream in records of at most `most` bytes, without its end.
std::string part_of_stream(int type, int id, std::string_view bytes, std::size_t most = 8000) {
  std::string records;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size())))
    records += record(type, id, bytes.substr(0, most));
  return records;
}

std::string stream(int type, int id, std::string_view bytes, std::size_t most = 8000) {
  return part_of_stream(type, id, bytes, most) + record(type, id, "");
}

const std::string usual_pairs = pair("REQUEST_METHOD", "POST") + pair("REQUEST_URI", "/auth/login") +
                                pair("CONTENT_LENGTH", "11") + pair("HTTP_X_LONG", std::string(200, 'v'));

std::string request(int id, int flags = 0) {
  return begin(id, FCGI_RESPONDER, flags) + stream(FCGI_PARAMS, id, usual_pairs) +
         stream(FCGI_STDIN, id, "name=secret");
}

// A request with everything that may stand in and between its records.
std::string rich_request(int id) {
  return begin(id, FCGI_RESPONDER, FCGI_KEEP_CONN) + part_of_stream(FCGI_PARAMS, id, usual_pairs, 17) +
         record(FCGI_GET_VALUES, 0, pair(FCGI_MPXS_CONNS, ""), 3) + begin(id + 1) +
         record(FCGI_PARAMS, id + 1, usual_pairs) + record(FCGI_PARAMS, id, "", 9) +
         record(FCGI_STDIN, id, "name=", 3) + record(FCGI_DATA, id, "data") + record(77, id, "odd") +
         record(77, 0, "odd") + record(FCGI_STDIN, id, "secret", 255) + record(FCGI_STDIN, id, "", 1);
}

// All that a reader says of a request, in one text.
std::string all_of(RequestReader& reader) {
  std::string text = std::to_string(static_cast<int>(reader.state())) + " " + std::to_string(reader.id()) +
                     (reader.is_authorizer() ? " authorizer" : "") +
                     (reader.keeps_connection() ? " kept" : "");
  for (const auto& [name, value] : reader.environment())
    text.append("\n").append(name).append("=").append(value);
  text.append("\nbody ").append(reader.take_body().reveal());
  return text + "\nreplies " + reader.take_replies();
}

// A reader that has been given bytes, all of which it must take.
struct Fed : RequestReader {
  explicit Fed(std::string_view bytes) : RequestReader(limit) { BOOST_TEST(take(bytes) == bytes.size()); }
};

std::string first_value(const Environment& environment, std::string_view name) {
  return std::string(environment.value(name));
}

// What request_of (web/in.h) answers with; 0 if it makes a Request.
int status_of(RequestReader& reader) {
  const auto read =
      request_of(reader.environment(), reader.take_body(), from_unix_seconds(1'795'348'800), {});
  const auto* refused = std::get_if<Response>(&read);
  return refused == nullptr ? 0 : refused->status;
}

Fed with_variables(std::string_view pairs) {
  return Fed(begin(1) + stream(FCGI_PARAMS, 1, pairs));
}

struct Record {
  int type;
  int id;
  std::string content;
};

std::vector<Record> parse(std::string_view bytes) {
  std::vector<Record> records;
  while (!bytes.empty()) {
    BOOST_REQUIRE(bytes.size() >= 8);
    const auto byte = [bytes](std::size_t at) { return std::size_t{static_cast<unsigned char>(bytes[at])}; };
    const auto content = byte(4) * 256 + byte(5);
    const auto size = 8 + content + byte(6);
    BOOST_TEST(byte(0) == 1u);
    BOOST_TEST(size % 8 == 0u);
    BOOST_REQUIRE(bytes.size() >= size);
    records.push_back({static_cast<int>(byte(1)), static_cast<int>(byte(2) * 256 + byte(3)),
                       std::string(bytes.substr(8, content))});
    bytes.remove_prefix(size);
  }
  return records;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(records)

// Requests that arrive

BOOST_AUTO_TEST_CASE(a_whole_request_in_one_piece_is_complete) {
  Fed reader(request(0x0102, FCGI_KEEP_CONN));
  BOOST_TEST(reader.state() == State::complete);
  BOOST_TEST(!reader.is_taking());
  BOOST_TEST(reader.id() == 0x0102);
  BOOST_TEST(reader.keeps_connection());
  BOOST_TEST(!reader.is_authorizer());
  BOOST_TEST(reader.environment().size() == 5u);
  BOOST_TEST(first_value(reader.environment(), "REQUEST_URI") == "/auth/login");
  BOOST_TEST(first_value(reader.environment(), "HTTP_X_LONG") == std::string(200, 'v'));
  BOOST_TEST(first_value(reader.environment(), "FCGI_ROLE") == "RESPONDER");
  BOOST_TEST(reader.take_replies() == "");
  BOOST_TEST(reader.take_body().reveal() == "name=secret");
}

BOOST_AUTO_TEST_CASE(a_request_cut_at_any_byte_is_the_same_request) {
  const auto bytes = rich_request(7);
  Fed whole(bytes);
  BOOST_TEST(whole.state() == State::complete);
  const auto expected = all_of(whole);
  BOOST_TEST(expected.find("name=secret") != std::string::npos);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    Fed reader(bytes.substr(0, cut));
    BOOST_TEST(reader.is_taking());
    BOOST_TEST(reader.take(bytes.substr(cut)) == bytes.size() - cut);
    BOOST_TEST(all_of(reader) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_arrives_byte_by_byte_is_the_same_request) {
  const auto bytes = rich_request(7);
  Fed whole(bytes);
  RequestReader reader(limit);
  for (const char byte : bytes) {
    BOOST_TEST(reader.is_taking());
    BOOST_TEST(reader.take({&byte, 1}) == 1u);
  }
  BOOST_TEST(all_of(reader) == all_of(whole));
}

BOOST_AUTO_TEST_CASE(a_request_has_begun_once_its_first_record_is_there) {
  Fed reader(begin(1).substr(0, 15));
  BOOST_TEST(reader.state() == State::between);
  reader.take(begin(1).substr(15));
  BOOST_TEST(reader.state() == State::begun);
  BOOST_TEST(reader.take("") == 0u);
  BOOST_TEST(reader.state() == State::begun);
}

BOOST_AUTO_TEST_CASE(a_kept_connection_carries_one_request_after_the_other) {
  Fed reader(rich_request(7));
  reader.next_request();
  (void)reader.take_replies();
  BOOST_TEST(reader.state() == State::between);
  BOOST_TEST(reader.held() == 0u);
  BOOST_TEST(reader.environment().size() == 0u);
  reader.take(request(1));
  Fed alone(request(1));
  BOOST_TEST(all_of(reader) == all_of(alone));
}

BOOST_AUTO_TEST_CASE(of_two_requests_in_one_buffer_the_second_is_left_for_later) {
  const auto first = request(1, FCGI_KEEP_CONN);
  const auto second = rich_request(1);
  const auto both = first + second;
  RequestReader reader(limit);
  BOOST_TEST(reader.take(both) == first.size());
  BOOST_TEST(reader.state() == State::complete);
  BOOST_TEST(reader.take(second) == 0u);  // not before next_request()
  Fed alone(first);
  BOOST_TEST(all_of(reader) == all_of(alone));
  reader.next_request();
  BOOST_TEST(reader.take(std::string_view(both).substr(first.size())) == second.size());
  Fed other(second);
  BOOST_TEST(all_of(reader) == all_of(other));
}

BOOST_AUTO_TEST_CASE(an_authorizer_is_complete_when_its_variables_are) {
  const auto head = begin(3, FCGI_AUTHORIZER) + stream(FCGI_PARAMS, 3, pair("CONTENT_LENGTH", "5000"));
  RequestReader reader(limit);
  BOOST_TEST(reader.take(head + record(FCGI_STDIN, 3, "")) == head.size());
  BOOST_TEST(reader.state() == State::complete);
  BOOST_TEST(reader.is_authorizer());
  BOOST_TEST(is_authorizer(reader.environment()));
}

BOOST_AUTO_TEST_CASE(padding_of_any_length_is_skipped) {
  for (std::size_t padding = 0; padding < 256; ++padding) {
    const auto bytes = begin(1) + record(FCGI_PARAMS, 1, usual_pairs, padding) +
                       record(FCGI_PARAMS, 1, "", padding) + record(FCGI_STDIN, 1, "name=secret", padding) +
                       record(FCGI_STDIN, 1, "", padding);
    RequestReader reader(limit);
    BOOST_TEST(reader.take(bytes + "next") == bytes.size());
    Fed unpadded(request(1));
    BOOST_TEST(all_of(reader) == all_of(unpadded));
  }
}

BOOST_AUTO_TEST_CASE(a_request_in_records_of_one_byte_with_padding_is_the_same_request) {
  const auto one_by_one = [](int type, std::string_view bytes) {
    std::string records;
    for (const char& byte : bytes) records += record(type, 1, {&byte, 1}, 255);
    return records + record(type, 1, "", 255);
  };
  Fed reader(begin(1) + one_by_one(FCGI_PARAMS, usual_pairs) + one_by_one(FCGI_STDIN, "name=secret"));
  Fed whole(request(1));
  BOOST_TEST(all_of(reader) == all_of(whole));
}

BOOST_AUTO_TEST_CASE(records_of_nothing_but_padding_end_their_stream_or_are_left_out) {
  std::string noise;
  for (int i = 0; i < 1000; ++i)
    noise += record(FCGI_PARAMS, 9, "", 255) + record(FCGI_DATA, 1, "", 255) + record(77, 1, "", 1);
  RequestReader reader(limit);
  BOOST_TEST(reader.take(noise) == noise.size());
  BOOST_TEST(reader.state() == State::between);
  const auto bytes = begin(1) + noise + part_of_stream(FCGI_PARAMS, 1, usual_pairs) + noise +
                     record(FCGI_PARAMS, 1, "", 255) + noise + part_of_stream(FCGI_STDIN, 1, "name=secret") +
                     noise + record(FCGI_STDIN, 1, "", 255);
  BOOST_TEST(reader.take(bytes) == bytes.size());
  Fed whole(request(1));
  BOOST_TEST(all_of(reader) == all_of(whole));
}

BOOST_AUTO_TEST_CASE(a_second_end_of_the_body_belongs_to_no_request) {
  const auto first = request(1, FCGI_KEEP_CONN);
  const auto again = record(FCGI_STDIN, 1, "");
  RequestReader reader(limit);
  BOOST_TEST(reader.take(first + again) == first.size());
  reader.next_request();
  BOOST_TEST(reader.take(again) == again.size());
  BOOST_TEST(reader.state() == State::between);
  BOOST_TEST(reader.take(request(1)) == request(1).size());
  Fed whole(request(1));
  BOOST_TEST(all_of(reader) == all_of(whole));
}

// Requests that end early, and others beside them

BOOST_AUTO_TEST_CASE(an_abort_where_no_request_is_changes_nothing) {
  Fed reader(abort_of(1));
  BOOST_TEST(reader.state() == State::between);
  BOOST_TEST(reader.take_replies() == "");
  BOOST_TEST(reader.take(request(1) + abort_of(1)) == request(1).size());
  BOOST_TEST(reader.state() == State::complete);
  reader.next_request();
  BOOST_TEST(reader.take(abort_of(1)) == 8u);  // came too late: its answer is there
  BOOST_TEST(reader.state() == State::between);
  BOOST_TEST(reader.take_replies() == "");
}

BOOST_AUTO_TEST_CASE(an_aborted_request_ends_and_the_connection_stays_if_it_is_kept) {
  const auto variables = stream(FCGI_PARAMS, 1, usual_pairs);
  for (const auto& sent : {""s, record(FCGI_PARAMS, 1, usual_pairs.substr(0, 20)), variables,
                           variables + record(FCGI_STDIN, 1, "name=")}) {
    Fed kept(begin(1, FCGI_RESPONDER, FCGI_KEEP_CONN) + sent + abort_of(1));
    BOOST_TEST(kept.state() == State::between);
    BOOST_TEST(kept.held() == 0u);
    BOOST_TEST(kept.take_replies() == end_of(1, FCGI_REQUEST_COMPLETE));
    kept.take(request(1));
    Fed alone(request(1));
    BOOST_TEST(all_of(kept) == all_of(alone));

    const auto bytes = begin(1) + sent + abort_of(1);
    RequestReader closed(limit);
    BOOST_TEST(closed.take(bytes + request(1)) == bytes.size());
    BOOST_TEST(closed.state() == State::closed);
    BOOST_TEST(closed.take_replies() == end_of(1, FCGI_REQUEST_COMPLETE));
    BOOST_TEST(closed.take(request(1)) == 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_second_request_at_the_same_time_is_turned_away_and_the_first_goes_on) {
  Fed reader(begin(1) + request(2) + stream(FCGI_PARAMS, 1, usual_pairs) + request(0x0301) + abort_of(2));
  BOOST_TEST(reader.state() == State::begun);
  BOOST_TEST(reader.take_replies() == end_of(2, FCGI_CANT_MPX_CONN) + end_of(0x0301, FCGI_CANT_MPX_CONN));
  reader.take(stream(FCGI_STDIN, 1, "name=secret"));
  Fed alone(request(1));
  BOOST_TEST(all_of(reader) == all_of(alone));
}

BOOST_AUTO_TEST_CASE(records_of_unknown_requests_are_left_out) {
  Fed reader(stream(FCGI_PARAMS, 9, usual_pairs) + stream(FCGI_STDIN, 9, "body") +
             record(FCGI_DATA, 9, "data") + record(77, 9, "odd"));
  BOOST_TEST(reader.state() == State::between);
  BOOST_TEST(reader.held() == 0u);
  BOOST_TEST(reader.take_replies() == "");
  reader.take(request(1));
  Fed alone(request(1));
  BOOST_TEST(all_of(reader) == all_of(alone));
}

BOOST_AUTO_TEST_CASE(a_role_that_is_not_ours_is_turned_away) {
  const auto rest = stream(FCGI_PARAMS, 1, usual_pairs) + stream(FCGI_STDIN, 1, "name=secret");
  for (const int role : {0, FCGI_FILTER, 4, 255}) {
    Fed kept(begin(1, role, FCGI_KEEP_CONN) + rest);
    BOOST_TEST(kept.state() == State::between);
    BOOST_TEST(kept.held() == 0u);
    BOOST_TEST(kept.take_replies() == end_of(1, FCGI_UNKNOWN_ROLE));
    RequestReader closed(limit);
    BOOST_TEST(closed.take(begin(1, role) + rest) == begin(1).size());
    BOOST_TEST(closed.state() == State::closed);
    BOOST_TEST(closed.take_replies() == end_of(1, FCGI_UNKNOWN_ROLE));
  }
  const auto high_byte = record(FCGI_BEGIN_REQUEST, 1, "\x01\x01\x00\x00\x00\x00\x00\x00"sv);
  BOOST_TEST(Fed(high_byte).take_replies() == end_of(1, FCGI_UNKNOWN_ROLE));
}

// Questions about this program (section 4)

BOOST_AUTO_TEST_CASE(asked_for_its_values_the_reader_says_that_it_does_not_multiplex) {
  const auto asked = pair(FCGI_MAX_CONNS, "") + pair(FCGI_MPXS_CONNS, "") + pair(FCGI_MAX_REQS, "");
  const auto told = pair(FCGI_MPXS_CONNS, "0");
  const std::pair<std::string, std::string> rows[] = {
      {asked, told},
      {asked + asked, told},
      {long_length(15) + long_length(0) + FCGI_MPXS_CONNS, told},
      {pair(FCGI_MAX_CONNS, ""), ""},
      {"", ""},
      {"\x7f", ""},
      {long_length(0x7fffffff) + long_length(0x7fffffff), ""},
      {pair("NAME", std::string(300, 'x')) + asked, ""},  // too long to be kept
      {std::string(60'000, 'x'), ""}};
  for (const auto& [question, answer] : rows) {
    Fed reader(record(FCGI_GET_VALUES, 0, question));
    BOOST_TEST(reader.state() == State::between);
    const auto replies = parse(reader.take_replies());
    BOOST_REQUIRE(replies.size() == 1u);
    BOOST_TEST(replies[0].type == FCGI_GET_VALUES_RESULT);
    BOOST_TEST(replies[0].id == 0);
    BOOST_TEST(replies[0].content == answer);
    BOOST_TEST(reader.take_replies() == "");
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_kind_of_question_is_answered_as_unknown) {
  for (const int type : {0, FCGI_BEGIN_REQUEST, FCGI_PARAMS, FCGI_UNKNOWN_TYPE, 77, 255}) {
    Fed reader(record(type, 0, "12345678") + begin(1));
    BOOST_TEST(reader.state() == State::begun);
    const auto replies = parse(reader.take_replies());
    BOOST_REQUIRE(replies.size() == 1u);
    BOOST_TEST(replies[0].type == FCGI_UNKNOWN_TYPE);
    BOOST_TEST(replies[0].id == 0);
    BOOST_TEST(replies[0].content == std::string(1, static_cast<char>(type)) + "\0\0\0\0\0\0\0"s);
  }
}

// Peers that break the protocol

BOOST_AUTO_TEST_CASE(another_version_of_the_protocol_closes_the_connection) {
  for (const int version : {0, 2, 71, 255}) {
    auto bytes = request(1);
    bytes[0] = static_cast<char>(version);
    RequestReader reader(limit);
    BOOST_TEST(reader.take(bytes) == 8u);
    BOOST_TEST(reader.state() == State::closed);
    BOOST_TEST(!reader.is_taking());
  }
  auto later = request(1);
  later[begin(1).size()] = 2;
  RequestReader reader(limit);
  BOOST_TEST(reader.take(later) == begin(1).size() + 8);
  BOOST_TEST(reader.state() == State::closed);
}

BOOST_AUTO_TEST_CASE(what_comes_in_the_wrong_order_closes_the_connection) {
  const auto variables = stream(FCGI_PARAMS, 1, usual_pairs);
  const std::pair<const char*, std::string> rows[] = {
      {"BEGIN without content", record(FCGI_BEGIN_REQUEST, 1, "")},
      {"BEGIN too short", record(FCGI_BEGIN_REQUEST, 1, "\0\1\0\0\0\0\0"sv)},
      {"BEGIN too long", record(FCGI_BEGIN_REQUEST, 1, "\0\1\0\0\0\0\0\0\0"sv)},
      {"BEGIN far too long", record(FCGI_BEGIN_REQUEST, 1, std::string(60'000, '\1'))},
      {"BEGIN of another request too short", begin(1) + record(FCGI_BEGIN_REQUEST, 2, "")},
      {"BEGIN twice", begin(1) + begin(1)},
      {"BEGIN again behind the variables", begin(1) + variables + begin(1)},
      {"body before the variables", begin(1) + record(FCGI_STDIN, 1, "b")},
      {"body inside the variables", begin(1) + record(FCGI_PARAMS, 1, "v") + record(FCGI_STDIN, 1, "b")},
      {"end of the body before the variables", begin(1) + record(FCGI_STDIN, 1, "")},
      {"variables after their end", begin(1) + variables + record(FCGI_PARAMS, 1, "v")},
      {"end of the variables twice", begin(1) + variables + record(FCGI_PARAMS, 1, "")},
      {"variables behind a part of the body",
       begin(1) + variables + record(FCGI_STDIN, 1, "b") + record(FCGI_PARAMS, 1, "v")}};
  for (const auto& [what, bytes] : rows) {
    BOOST_TEST_CONTEXT(what) {
      Fed reader(bytes);
      BOOST_TEST(reader.state() == State::closed);
      BOOST_TEST(reader.take_replies() == "");
      BOOST_TEST(reader.take(request(1)) == 0u);
    }
  }
}

// Variables

BOOST_AUTO_TEST_CASE(lengths_beyond_the_end_are_malformed_and_only_what_arrived_is_held) {
  const auto two = [](std::size_t name, std::size_t value) { return long_length(name) + long_length(value); };
  const std::string rows[] = {two(0x7fffffff, 0x7fffffff),
                              two(0x3fffffff, 0x3fffffff),
                              two(0x7fffffff, 1),
                              two(1, 0x7fffffff),
                              two(0, 0x7fffffff),
                              two(2, 0x7ffffffe),
                              two(0x7fffffff, 0x7fffffff) + "AB",
                              long_length(0x7fffffff),
                              long_length(1).substr(0, 3),
                              "\x01"s + long_length(1).substr(0, 2),
                              "\x01"s,
                              "\x01\x01"s,
                              "\x01\x01N"s,
                              "\x00\x02v"s,
                              usual_pairs + "\x80",  // fills its buffer
                              usual_pairs.substr(0, usual_pairs.size() - 1)};
  for (const auto& pairs : rows) {
    auto reader = with_variables(pairs);
    BOOST_TEST(reader.state() == State::malformed);
    BOOST_TEST(reader.held() == pairs.size());
    BOOST_TEST(reader.take(stream(FCGI_STDIN, 1, "")) == 0u);
  }
}

BOOST_AUTO_TEST_CASE(lengths_in_four_bytes_may_be_small) {
  auto reader = with_variables(long_length(4) + "\x05" + "NAMEvalue" + "\x04"s + long_length(0) + "NONE" +
                               long_length(0) + long_length(1) + "n");
  BOOST_TEST(reader.state() == State::begun);
  BOOST_TEST(reader.environment().size() == 4u);
  BOOST_TEST(first_value(reader.environment(), "NAME") == "value");
  BOOST_TEST(first_value(reader.environment(), "NONE") == "");
}

BOOST_AUTO_TEST_CASE(lengths_of_127_128_and_of_each_byte_are_read) {
  for (const std::size_t size : {0, 1, 126, 127, 128, 129, 255, 256, 257, 65'535, 65'536, 90'000}) {
    const auto value = std::string(size, 'v');
    auto reader = with_variables(pair("A", "a") + pair("NAME", value) + pair("Z", "z"));
    BOOST_TEST(reader.state() == State::begun);
    BOOST_TEST((first_value(reader.environment(), "NAME") == value));
    BOOST_TEST(first_value(reader.environment(), "Z") == "z");
  }
}

BOOST_AUTO_TEST_CASE(a_variable_that_plain_cgi_would_cut_is_malformed) {
  for (const auto& [name, value] : {std::pair{"HTTP_A=B"s, "c"s},
                                    {"="s, ""s},
                                    {"A\0B"s, "c"s},
                                    {"A"s, "b\0c"s},
                                    {"A"s, "\0"s},
                                    {"\0"s, ""s}}) {
    auto reader = with_variables(pair("REQUEST_METHOD", "GET") + pair(name, value) + pair("B", "b"));
    BOOST_TEST(reader.state() == State::malformed);
  }
  auto reader = with_variables(pair("QUERY_STRING", "a=b"));
  BOOST_TEST(first_value(reader.environment(), "QUERY_STRING") == "a=b");
}

BOOST_AUTO_TEST_CASE(a_variable_cannot_say_another_role) {
  auto responder = with_variables(pair("FCGI_ROLE", "AUTHORIZER") + pair("FCGI_ROLE", "FILTER"));
  BOOST_TEST(!is_authorizer(responder.environment()));
  BOOST_TEST(responder.environment().size() == 1u);
  BOOST_TEST(!responder.environment().contradicts_itself());
  Fed authorizer(begin(1, FCGI_AUTHORIZER) + stream(FCGI_PARAMS, 1, pair("FCGI_ROLE", "RESPONDER")));
  BOOST_TEST(is_authorizer(authorizer.environment()));
}

BOOST_AUTO_TEST_CASE(of_too_many_variables_only_so_many_are_read_that_they_are_refused) {
  std::string pairs;
  for (int i = 0; i < 300; ++i) pairs += pair("HTTP_X_" + std::to_string(i), "v");
  auto reader = with_variables(pairs);
  BOOST_TEST(reader.environment().size() == environment_count_limit + 1);
  reader.take(stream(FCGI_STDIN, 1, ""));
  BOOST_TEST(reader.state() == State::complete);
  BOOST_TEST(status_of(reader) == 400);
}

BOOST_AUTO_TEST_CASE(as_many_variables_as_the_limit_allows_are_accepted_with_the_role) {
  std::string pairs;
  for (std::size_t i = 1; i < environment_count_limit; ++i) pairs += pair("HTTP_X_" + std::to_string(i), "v");
  auto reader = with_variables(pairs);
  BOOST_TEST(reader.environment().size() == environment_count_limit);
  BOOST_TEST(status_of(reader) == 0);
}

BOOST_AUTO_TEST_CASE(variables_may_be_as_large_as_their_limit_and_a_byte_more_is_refused_at_once) {
  const auto pairs = pair("NAME", std::string(variables_limit - 1 - 4 - 4, 'v'));
  BOOST_REQUIRE(pairs.size() == variables_limit);
  const auto most = begin(1) + part_of_stream(FCGI_PARAMS, 1, pairs);
  Fed reader(most);
  BOOST_TEST(reader.state() == State::begun);
  BOOST_TEST(reader.held() == variables_limit);
  reader.take(record(FCGI_PARAMS, 1, "") + stream(FCGI_STDIN, 1, ""));
  BOOST_TEST(reader.state() == State::complete);
  BOOST_TEST(status_of(reader) == 400);  // the size without the lengths has a limit of its own

  Fed larger(most);
  larger.take(record(FCGI_PARAMS, 1, std::string(1000, 'v')).substr(0, 9));  // the other 999 have not come
  BOOST_TEST(larger.state() == State::too_large);
  BOOST_TEST(!larger.is_taking());
  BOOST_TEST(larger.held() <= variables_limit);
}

// Bodies

BOOST_AUTO_TEST_CASE(a_body_may_be_as_large_as_its_limit_and_a_byte_more_is_too_long_at_once) {
  const auto head = begin(1) + stream(FCGI_PARAMS, 1, pair("REQUEST_METHOD", "POST"));
  Fed reader(head + stream(FCGI_STDIN, 1, std::string(limit, 'b'), 300));
  BOOST_TEST(reader.state() == State::complete);
  BOOST_TEST(reader.take_body().size() == limit);

  Fed longer(head + part_of_stream(FCGI_STDIN, 1, std::string(limit, 'b')));
  BOOST_TEST(longer.state() == State::begun);
  longer.take(record(FCGI_STDIN, 1, std::string(5000, 'b')).substr(0, 9));
  BOOST_TEST(longer.state() == State::too_long);
  BOOST_TEST(!longer.is_taking());
  BOOST_TEST(longer.take_body().size() == limit + 1);

  Fed in_one_piece(head + part_of_stream(FCGI_STDIN, 1, std::string(8000, 'b')));
  BOOST_TEST(in_one_piece.state() == State::too_long);
  BOOST_TEST(in_one_piece.take_body().size() == limit + 1);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_announced_as_too_long_is_not_waited_for) {
  const std::pair<const char*, State> rows[] = {{"1000", State::begun},
                                                {"1001", State::too_long},
                                                {"1000000000000", State::too_long},
                                                {"9999999999999", State::begun},
                                                {"-1", State::begun},
                                                {"x", State::begun},
                                                {"", State::begun}};
  for (const auto& [length, state] : rows) {
    BOOST_TEST_CONTEXT(length) {
      auto reader = with_variables(pair("REQUEST_METHOD", "POST") + pair("CONTENT_LENGTH", length));
      BOOST_TEST(reader.state() == state);
    }
  }
  auto reader = with_variables(pair("REQUEST_METHOD", "POST") + pair("CONTENT_LENGTH", "1001"));
  BOOST_TEST(reader.id() == 1);
  BOOST_TEST(first_value(reader.environment(), "REQUEST_METHOD") == "POST");
  BOOST_TEST(reader.take_body().empty());
}

BOOST_AUTO_TEST_CASE(a_peer_that_sends_on_and_on_makes_the_reader_keep_no_more_than_the_limits) {
  const auto variables = begin(1) + stream(FCGI_PARAMS, 1, usual_pairs);
  const auto noise = std::string(1 << 20, 'n');
  for (const auto& bytes :
       {begin(1) + part_of_stream(FCGI_PARAMS, 1, noise, 65'535),
        variables + part_of_stream(FCGI_STDIN, 1, noise, 65'535), part_of_stream(FCGI_PARAMS, 1, noise),
        part_of_stream(FCGI_GET_VALUES, 0, noise), variables + part_of_stream(FCGI_DATA, 1, noise),
        variables + part_of_stream(77, 1, noise)}) {
    RequestReader reader(limit);
    for (std::string_view rest = bytes; !rest.empty() && reader.is_taking();) {
      rest.remove_prefix(reader.take(rest.substr(0, 4096)));
      BOOST_REQUIRE(reader.held() <= variables_limit + limit + 1);
      BOOST_REQUIRE(reader.take_replies().size() <= 4096u);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_memory_of_a_request_is_counted_and_given_back_with_it) {
  constexpr std::size_t small = 200;
  const auto head = begin(1, FCGI_RESPONDER, FCGI_KEEP_CONN);
  const auto variables = stream(FCGI_PARAMS, 1, pair("NAME", std::string(60'000, 'v')));
  for (const auto& end :
       {record(FCGI_STDIN, 1, ""), part_of_stream(FCGI_STDIN, 1, std::string(limit, 'b')) + abort_of(1)}) {
    RequestReader reader(limit);
    BOOST_TEST(reader.memory() < small);
    reader.take(head + variables);
    BOOST_TEST(reader.memory() >= 60'000u);
    reader.take(end);
    (void)reader.take_body();
    (void)reader.take_replies();
    reader.next_request();
    BOOST_TEST(reader.memory() < small);
  }
  std::string many;
  for (int i = 0; i < 256; ++i) many += pair("A", "");
  Fed listed(head + stream(FCGI_PARAMS, 1, many));
  BOOST_TEST(listed.memory() >= 256 * sizeof(Environment::Variable));
}

// Answers

BOOST_AUTO_TEST_CASE(an_answer_of_any_size_becomes_records_that_hold_it) {
  const std::map<std::size_t, std::size_t> records_by_size = {
      {0, 0}, {1, 1}, {8, 1}, {65'528, 1}, {65'529, 2}, {65'536, 2}, {200'000, 4}};
  for (const auto& [size, count] : records_by_size) {
    std::string answer;
    for (std::size_t i = 0; i < size; ++i) answer.push_back(static_cast<char>(i % 251));
    const auto parsed = parse(answer_records(0xABCD, answer));
    BOOST_REQUIRE(parsed.size() == count + 2);
    std::string sent;
    for (std::size_t i = 0; i <= count; ++i) {
      BOOST_TEST(parsed[i].type == FCGI_STDOUT);
      BOOST_TEST(parsed[i].id == 0xABCD);
      BOOST_TEST(parsed[i].content.empty() == (i == count));
      sent += parsed[i].content;
    }
    BOOST_TEST((sent == answer));
    BOOST_TEST(parsed.back().type == FCGI_END_REQUEST);
    BOOST_TEST(parsed.back().id == 0xABCD);
    BOOST_TEST(parsed.back().content == std::string(8, '\0'));
  }
}

BOOST_AUTO_TEST_CASE(only_a_record_that_aborts_is_an_abort) {
  for (int type = 0; type < 256; ++type)
    BOOST_TEST(is_abort(static_cast<char>(type)) == (type == FCGI_ABORT_REQUEST));
}

BOOST_AUTO_TEST_SUITE_END()
