#include "server/records.h"

#include <fastcgi.h>
#include <algorithm>
#include <optional>
#include <utility>

namespace cardea {
namespace {

constexpr std::size_t header_size = sizeof(FCGI_Header);
static_assert(header_size == 8);
constexpr std::size_t max_content = 65528;  // of one record: the largest that needs no padding
// Of a record of any other kind so much is kept: the longest that is understood asks for three values by name.
constexpr std::size_t max_small = 256;

// The head of a record whose content, with padding behind it, fills a multiple of 8 bytes.
std::size_t padding_of(std::size_t content) {
  return (8 - content % 8) % 8;
}

void append_record(std::string& out, int type, std::uint16_t id, std::string_view content) {
  const auto padding = padding_of(content.size());
  const auto size = content.size();
  for (const std::size_t byte :
       {std::size_t{FCGI_VERSION_1}, static_cast<std::size_t>(type), static_cast<std::size_t>(id >> 8),
        static_cast<std::size_t>(id & 0xFF), size >> 8, size & 0xFF, padding, std::size_t{0}})
    out.push_back(static_cast<char>(byte));
  out.append(content).append(padding, '\0');
}

void append_end(std::string& out, std::uint16_t id, std::uint8_t protocol_status) {
  const char content[8] = {0, 0, 0, 0, static_cast<char>(protocol_status), 0, 0, 0};
  append_record(out, FCGI_END_REQUEST, id, {content, sizeof content});
}

// Reads pairs of a name and a value (section 3.4). Nothing if a length reaches beyond the end.
class PairReader {
 public:
  explicit PairReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  std::optional<Environment::Variable> next() {
    const auto name = take_length();
    const auto value = name ? take_length() : std::nullopt;
    if (!value || *name > rest_.size() || *value > rest_.size() - *name) return std::nullopt;
    const Environment::Variable pair{rest_.substr(0, *name), rest_.substr(*name, *value)};
    rest_.remove_prefix(*name + *value);
    return pair;
  }

 private:
  // One byte, or four if the first has its highest bit set.
  std::optional<std::size_t> take_length() {
    if (rest_.empty()) return std::nullopt;
    const auto byte = [this](std::size_t at) { return std::size_t{static_cast<unsigned char>(rest_[at])}; };
    const bool is_long = byte(0) >= 0x80;
    if (is_long && rest_.size() < 4) return std::nullopt;
    const auto length = is_long ? (byte(0) & 0x7F) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3) : byte(0);
    rest_.remove_prefix(is_long ? 4 : 1);
    return length;
  }

  std::string_view rest_;
};

bool is_clean(std::string_view text) {
  return text.find('\0') == std::string_view::npos;
}

// In plain CGI a name ends at the equals sign and a value at a NUL; one that would be cut there is no variable.
bool is_variable(const Environment::Variable& pair) {
  return is_clean(pair.first) && is_clean(pair.second) && pair.first.find('=') == std::string_view::npos;
}

}  // namespace

std::size_t RequestReader::take(std::string_view bytes) {
  const auto all = bytes.size();
  while (is_taking() && !bytes.empty()) {
    if (head_size_ < header_size) {
      head_[head_size_++] = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      if (head_size_ == header_size) begin_record();
    } else if (header_.content > 0) {
      const auto size = std::min(header_.content, bytes.size());
      header_.content -= size;
      take_content(bytes.substr(0, size));
      bytes.remove_prefix(size);
    } else {
      const auto size = std::min(header_.padding, bytes.size());
      header_.padding -= size;
      bytes.remove_prefix(size);
    }
    if (is_taking() && head_size_ == header_size && header_.content == 0 && header_.padding == 0)
      end_record();
  }
  return all - bytes.size();
}

void RequestReader::begin_record() {
  if (head_[0] != FCGI_VERSION_1) {
    state_ = State::closed;
    return;
  }
  const auto two = [this](std::size_t at) {
    return static_cast<std::uint16_t>(head_[at] << 8 | head_[at + 1]);
  };
  header_ = {.type = head_[1], .id = two(2), .content = two(4), .padding = head_[6]};
  is_empty_ = header_.content == 0;
  small_.clear();
}

void RequestReader::take_content(std::string_view bytes) {
  if (is_ours() && header_.type == FCGI_PARAMS) {
    if (has_variables_) {
      state_ = State::closed;
    } else if (variables_.size() + bytes.size() > variables_limit) {
      state_ = State::too_large;
    } else {
      variables_.append(bytes);
    }
  } else if (is_ours() && header_.type == FCGI_STDIN) {
    take_body_bytes(bytes);
  } else if (header_.type != FCGI_PARAMS && header_.type != FCGI_STDIN && header_.type != FCGI_DATA) {
    small_.append(bytes.substr(0, max_small - std::min(max_small, small_.size())));
  }
}

void RequestReader::take_body_bytes(std::string_view bytes) {
  if (!has_variables_) {
    state_ = State::closed;
    return;
  }
  const auto room = body_limit_ + 1 - body_.size();
  body_.append(bytes.substr(0, room));
  if (body_.size() > body_limit_) state_ = State::too_long;
}

// A record for a request that is not there is left out (section 3.3).
void RequestReader::end_record() {
  head_size_ = 0;
  if (header_.id == FCGI_NULL_REQUEST_ID) {
    answer_about_us();
  } else if (header_.type == FCGI_BEGIN_REQUEST) {
    begin_request();
  } else if (!is_ours()) {
    return;
  } else if (header_.type == FCGI_ABORT_REQUEST) {
    end_unanswered(FCGI_REQUEST_COMPLETE);
  } else if (header_.type == FCGI_PARAMS && is_empty_) {
    end_variables();
  } else if (header_.type == FCGI_STDIN && is_empty_) {
    state_ = has_variables_ ? State::complete : State::closed;
  }
}

void RequestReader::begin_request() {
  if (small_.size() != sizeof(FCGI_BeginRequestBody) || is_ours()) {
    state_ = State::closed;
    return;
  }
  if (state_ == State::begun) return append_end(replies_, header_.id, FCGI_CANT_MPX_CONN);
  const auto role = static_cast<unsigned char>(small_[0]) << 8 | static_cast<unsigned char>(small_[1]);
  id_ = header_.id;
  is_authorizer_ = role == FCGI_AUTHORIZER;
  keeps_connection_ = (small_[2] & FCGI_KEEP_CONN) != 0;
  state_ = State::begun;
  if (role != FCGI_RESPONDER && role != FCGI_AUTHORIZER) end_unanswered(FCGI_UNKNOWN_ROLE);
}

void RequestReader::end_variables() {
  if (has_variables_) {
    state_ = State::closed;
    return;
  }
  has_variables_ = true;
  // First, so that no variable of the web server's can say another role.
  environment_.add("FCGI_ROLE", is_authorizer_ ? "AUTHORIZER" : "RESPONDER");
  for (PairReader pairs(variables_); !pairs.at_end() && environment_.size() <= environment_count_limit;) {
    const auto pair = pairs.next();
    if (!pair || !is_variable(*pair)) {
      state_ = State::malformed;
      return;
    }
    if (pair->first != "FCGI_ROLE") environment_.add(pair->first, pair->second);
  }
  const auto announced = declared_length(environment_).value_or(0);
  if (is_authorizer_) {
    state_ = State::complete;  // no body follows; mod_authnz_fcgi sends no end of it, either (section 6.3)
  } else if (announced > static_cast<std::int64_t>(body_limit_)) {
    state_ = State::too_long;
  }
}

// Ends the request without an answer, and with it the connection unless the web server keeps it.
void RequestReader::end_unanswered(std::uint8_t protocol_status) {
  append_end(replies_, id_, protocol_status);
  next_request();
  if (!keeps_connection_) state_ = State::closed;
}

// Section 4.1 and 4.2. The values say what a web server may rely on; none of the known ones asks.
void RequestReader::answer_about_us() {
  if (header_.type != FCGI_GET_VALUES) {
    const char content[8] = {static_cast<char>(header_.type), 0, 0, 0, 0, 0, 0, 0};
    return append_record(replies_, FCGI_UNKNOWN_TYPE, FCGI_NULL_REQUEST_ID, {content, sizeof content});
  }
  std::string values;
  for (PairReader pairs(small_); !pairs.at_end();) {
    const auto pair = pairs.next();
    if (!pair) break;
    if (pair->first != FCGI_MPXS_CONNS) continue;
    values.append({static_cast<char>(pair->first.size()), 1}).append(pair->first).append("0");
    break;
  }
  append_record(replies_, FCGI_GET_VALUES_RESULT, FCGI_NULL_REQUEST_ID, values);
}

std::string RequestReader::take_replies() {
  return std::exchange(replies_, {});
}

Secret RequestReader::take_body() {
  return Secret(std::move(body_));
}

void RequestReader::next_request() {
  state_ = State::between;
  head_size_ = 0;
  has_variables_ = false;
  environment_ = {};
  std::string().swap(variables_);  // clear() would keep the memory of the largest request
  wipe(body_);
  std::string().swap(body_);
}

std::size_t RequestReader::memory() const {
  return variables_.capacity() + body_.capacity() + small_.capacity() + replies_.capacity() +
         2 * environment_.size() * sizeof(Environment::Variable);
}

bool is_abort(char record_type) {
  return record_type == FCGI_ABORT_REQUEST;
}

std::string answer_records(std::uint16_t id, std::string_view answer) {
  std::string records;
  records.reserve(answer.size() + answer.size() / max_content * header_size + 5 * header_size);
  while (!answer.empty()) {
    const auto part = answer.substr(0, max_content);
    append_record(records, FCGI_STDOUT, id, part);
    answer.remove_prefix(part.size());
  }
  append_record(records, FCGI_STDOUT, id, "");
  append_end(records, id, FCGI_REQUEST_COMPLETE);
  return records;
}

}  // namespace cardea
