// What a peer writes to a FastCGI connection, in pieces. The first byte says how many pieces have sizes of their own;
// their sizes follow, a byte each, and are used in turn; the rest is the connection. Samples in corpus/records are
// made by tests/fuzz/records_corpus.py. Whatever is sent: no more than the limits is kept, the reader ends or waits,
// its replies are records, and it sees the same requests if all of it arrives in one piece.
#include "server/records.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "fuzz/require.h"

namespace {

using namespace cardea;
using State = RequestReader::State;

constexpr std::size_t body_limit = 200;

const Settings& settings() {
  static const Settings lasting = [] {
    Settings made;
    made.site.mount = "/auth";
    made.limits.body = body_limit;
    return made;
  }();
  return lasting;
}

// Whole records of whole multiples of 8 bytes.
void require_records(std::string_view bytes) {
  while (!bytes.empty()) {
    require(bytes.size() >= 8 && bytes[0] == 1);
    const auto byte = [bytes](std::size_t at) { return std::size_t{static_cast<unsigned char>(bytes[at])}; };
    const auto size = 8 + byte(4) * 256 + byte(5) + byte(6);
    require(size % 8 == 0 && size <= bytes.size());
    bytes.remove_prefix(size);
  }
}

// The variables and the body of a request that has been accepted or refused, in one text.
void append_request(std::string& seen, RequestReader& reader) {
  seen += " request " + std::to_string(reader.id());
  for (const auto& [name, value] : reader.environment())
    seen.append("\n").append(name).append("=").append(value);
  require(reader.environment().size() <= environment_count_limit + 1);
  require(is_authorizer(reader.environment()) == reader.is_authorizer());
  auto body = reader.take_body();
  seen.append("\n").append(body.reveal());
  const bool is_too_long = body.size() > body_limit;
  require(!is_too_long || reader.state() == State::too_long);
  const auto read =
      request_of(reader.environment(), std::move(body), from_unix_seconds(1'795'317'300), settings());
  if (const auto* refused = std::get_if<Response>(&read))
    require(refused->status == 400 || refused->status == 413);
  require_records(answer_records(reader.id(), seen));
}

// Notes what has become of the request, as the server does (server/fastcgi.cpp). True if another one may follow.
bool end_request(std::string& seen, RequestReader& reader) {
  seen += " state " + std::to_string(static_cast<int>(reader.state()));
  const bool is_complete = reader.state() == State::complete;
  if (is_complete || reader.state() == State::too_long) append_request(seen, reader);
  if (!is_complete) return false;
  reader.next_request();
  require(reader.state() == State::between && reader.held() == 0);
  return true;
}

// Everything that can be seen of a connection that brings these bytes in pieces of these sizes.
std::string seen_of(std::string_view bytes, std::string_view sizes) {
  RequestReader reader(body_limit);
  std::string seen;
  std::string replies;
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const auto size = sizes.empty() ? bytes.size() : static_cast<unsigned char>(sizes[i % sizes.size()]) + 1u;
    const auto piece = bytes.substr(0, size);
    const auto taken = reader.take(piece);
    require(taken > 0 && taken <= piece.size());
    require(taken == piece.size() || !reader.is_taking());
    require(reader.held() <= variables_limit + body_limit + 1);
    replies += reader.take_replies();
    bytes.remove_prefix(taken);
    if (!reader.is_taking() && !end_request(seen, reader)) break;
  }
  if (reader.is_taking()) seen += " state " + std::to_string(static_cast<int>(reader.state()));
  require_records(replies);
  return seen + " replies " + replies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (bytes.empty()) return 0;
  const auto count = static_cast<std::size_t>(data[0] % 16);
  const auto sizes = bytes.substr(1, count);
  bytes.remove_prefix(1 + sizes.size());
  const auto whole = seen_of(bytes, "");
  require(seen_of(bytes, sizes) == whole);
  require(seen_of(bytes, std::string_view("\0", 1)) == whole);  // byte by byte
  return 0;
}
