#include "http/answer.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/processor_time.h"

using namespace cardea;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// "200 ok", or why there is no answer.
std::string read(std::string_view bytes) {
  const auto got = parse_http_answer(bytes);
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return failure->why;
  const auto& answer = std::get<HttpAnswer>(got);
  return std::to_string(answer.status) + " " + answer.body;
}

std::int64_t max_age_of(const std::string& headers) {
  const auto got = parse_http_answer("HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n");
  BOOST_TEST_REQUIRE(std::holds_alternative<HttpAnswer>(got), headers);
  return std::get<HttpAnswer>(got).max_age.count();
}

constexpr auto incomplete = "the answer is no complete HTTP/1.1";

}  // namespace

BOOST_AUTO_TEST_SUITE(http_answer)

BOOST_AUTO_TEST_CASE(a_body_is_read_by_length_by_chunks_or_to_the_end) {
  struct Row {
    std::string bytes;
    std::string answer;
  };
  const std::vector<Row> rows{
      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", "200 abc"},
      {"HTTP/1.1 204 No Content\r\n\r\n", "204 "},
      {"HTTP/1.0 200 OK\r\nServer: x\r\n\r\nabc", "200 abc"},
      {"HTTP/1.1 200 OK\r\n\r\n", "200 "},
      {"HTTP/1.1 401 Unauthorized\r\ntransfer-encoding:  Chunked \r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0"
       "\r\n\r\n",
       "401 abc0123456789"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n3\r\n;;;\r\n0\r\n\r\n",
       "200 ok;;;"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", incomplete},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc", incomplete},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc", incomplete},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", incomplete},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", incomplete},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nab\r\n", incomplete},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nab\r\n", incomplete},
      {"HTTP/1.1 200 OK\r\n", incomplete},
      {"HTTP/1.1 2x0 OK\r\n\r\n", incomplete},
      {"HTTP/1.\r\n\r\n", incomplete},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", incomplete},
      {"H", incomplete},
      {"", incomplete},
  };
  for (const Row& row : rows) BOOST_TEST(read(row.bytes) == row.answer, row.bytes);
}

// RFC 9110 section 15.2.
BOOST_AUTO_TEST_CASE(interim_answers_are_skipped) {
  const std::string proceed = "HTTP/1.1 100 Continue\r\n\r\n";
  const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";
  for (const auto& interim : {proceed, hints, hints + hints, proceed + hints, std::string{}})
    BOOST_TEST(read(interim + ok) == "200 ok", interim);
  BOOST_TEST(read(hints + "HTTP/1.1 503 No\r\n\r\nbusy") == "503 busy");
}

BOOST_AUTO_TEST_CASE(the_headers_of_an_interim_answer_are_not_the_answer_s) {
  const auto got = parse_http_answer(
      "HTTP/1.1 103 Early Hints\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\n" + ok);
  BOOST_REQUIRE(std::holds_alternative<HttpAnswer>(got));
  BOOST_TEST(std::get<HttpAnswer>(got).body == "ok");
  BOOST_TEST(std::get<HttpAnswer>(got).max_age.count() == 0);
}

BOOST_AUTO_TEST_CASE(interim_answers_alone_are_no_answer) {
  for (const std::string bytes :
       {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 100 Continue\r\n",
        "HTTP/1.1 100 Continue\r\nServer: x\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"})
    BOOST_TEST(read(bytes) == incomplete, bytes);
}

BOOST_AUTO_TEST_CASE(a_change_of_protocol_is_refused) {
  const std::string switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n";
  BOOST_TEST(read(switching + ok) == "the answer changes the protocol, which was not asked for");
  BOOST_TEST(read("HTTP/1.1 100 Continue\r\n\r\n" + switching) ==
             "the answer changes the protocol, which was not asked for");
}

BOOST_AUTO_TEST_CASE(every_cut_of_an_answer_is_refused_or_read_without_harm) {
  const std::string whole =
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size)
    BOOST_TEST(read(whole.substr(0, size)) == incomplete, "cut at " << size);
  BOOST_TEST(read(whole) == "401 abcde");
}

BOOST_AUTO_TEST_CASE(an_answer_in_many_small_chunks_takes_no_time) {
  std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::size_t chunks = 0;
  for (; bytes.size() < 4'000'000; ++chunks) bytes += "1\r\nx\r\n";
  bytes += "0\r\n\r\n";
  const testing::ProcessorTime spent;
  const auto answer = parse_http_answer(bytes);
  BOOST_TEST(spent.so_far().count() < 1000);
  BOOST_REQUIRE(std::holds_alternative<HttpAnswer>(answer));
  BOOST_TEST(std::get<HttpAnswer>(answer).body.size() == chunks);
}

BOOST_AUTO_TEST_CASE(many_interim_answers_take_no_time) {
  std::string bytes;
  while (bytes.size() < http_answer_limit) bytes += "HTTP/1.1 100 C\r\n\r\n";
  const testing::ProcessorTime spent;
  BOOST_TEST(read(bytes + ok) == "200 ok");
  BOOST_TEST(spent.so_far().count() < 1000);
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_refused) {
  const auto field = [](std::size_t size) { return "X-Long: " + std::string(size, 'x') + "\r\n"; };
  const std::string status = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = status + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n";
  BOOST_TEST(read(status + field(60'000) + "\r\nok") == "200 ok");
  BOOST_TEST(read(status + field(70'000) + "\r\nok") == incomplete);
  BOOST_TEST(read(chunked + field(60'000) + "\r\n") == "200 ok");
  BOOST_TEST(read(chunked + field(70'000) + "\r\n") == incomplete);
  BOOST_TEST(read(status + "\r\n" + std::string(http_body_limit, 'x')) ==
             "200 " + std::string(http_body_limit, 'x'));
  BOOST_TEST(read(status + "\r\n" + std::string(http_body_limit + 1, 'x')) == incomplete);
}

// RFC 9111 section 5.2.2.
BOOST_AUTO_TEST_CASE(an_answer_says_how_long_it_may_be_kept) {
  BOOST_TEST(max_age_of("Cache-Control: public, max-age=3600") == 3600);
  BOOST_TEST(max_age_of("cache-control:   MAX-AGE=60, must-revalidate  ") == 60);
  for (const std::string headers :
       {"Server: x", "Cache-Control: public", "Cache-Control: no-store, max-age=60",
        "Cache-Control: max-age=60, no-cache", "Cache-Control: max-age=-1", "Cache-Control: max-age=x"})
    BOOST_TEST(max_age_of(headers) == 0, headers);
}

BOOST_AUTO_TEST_SUITE_END()
