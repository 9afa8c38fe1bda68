#include "http/answer.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "support/processor_time.h"

using namespace cardea;

BOOST_AUTO_TEST_SUITE(http_answer)

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

BOOST_AUTO_TEST_CASE(what_stands_behind_the_size_of_a_chunk_is_passed_over) {
  const auto answer = parse_http_answer(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n3\r\n;;;\r\n0\r\n\r\n");
  BOOST_REQUIRE(std::holds_alternative<HttpAnswer>(answer));
  BOOST_TEST(std::get<HttpAnswer>(answer).body == "ok;;;");
}

BOOST_AUTO_TEST_SUITE_END()
