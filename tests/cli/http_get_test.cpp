#include "cli/check_web.h"

#include <boost/test/unit_test.hpp>

using namespace cardea;

namespace {

std::string body_of(std::string_view bytes) {
  const auto answer = parse_http_answer(bytes);
  return std::holds_alternative<HttpAnswer>(answer) ? std::get<HttpAnswer>(answer).body : "none";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_http_get)

BOOST_AUTO_TEST_CASE(a_body_is_read_by_length_by_chunks_or_to_the_end) {
  struct Row {
    std::string bytes;
    std::string body;
  };
  const std::vector<Row> rows{
      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", "abc"},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
      {"HTTP/1.0 200 OK\r\nServer: x\r\n\r\nabc", "abc"},
      {"HTTP/1.1 200 OK\r\ntransfer-encoding:  Chunked \r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
       "abc0123456789"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", "none"},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc", "none"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "none"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nab\r\n", "none"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nab\r\n", "none"},
      {"HTTP/1.1 200 OK\r\n", "none"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", "none"},
      {"HTTP/1.\r\n\r\n", "none"},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "none"},
      {"", "none"},
  };
  for (const Row& row : rows) BOOST_TEST(body_of(row.bytes) == row.body, row.bytes);
}

BOOST_AUTO_TEST_CASE(every_cut_of_an_answer_is_refused_or_read_without_harm) {
  const std::string whole =
      "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) (void)body_of(whole.substr(0, size));
  BOOST_TEST(body_of(whole) == "abcde");
}

BOOST_AUTO_TEST_CASE(a_failure_names_the_place) {
  const auto got = http_get({"http://127.0.0.1:1", "/auth/health", ""}, milliseconds{500});
  BOOST_REQUIRE(std::holds_alternative<HttpFailure>(got));
  BOOST_TEST(std::get<HttpFailure>(got).why.find("127.0.0.1 port 1") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
