// Makes a Request from the CGI variables (RFC 3875 section 4.1) that a web server sends, by FastCGI and by plain CGI
// alike, and reads the fields of its body. All limits on what comes in are here.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/network.h"
#include "base/secret.h"
#include "config/settings.h"
#include "web/http.h"

namespace cardea {

inline constexpr std::size_t environment_count_limit = 256;

// Names and values, borrowed from the process's own variables or from the FastCGI request that brought them.
class Environment {
 public:
  using Variable = std::pair<std::string_view, std::string_view>;

  Environment() { variables_.reserve(40); }
  Environment(std::initializer_list<Variable> variables);

  void add(std::string_view name, std::string_view value);

  [[nodiscard]] auto begin() const { return variables_.begin(); }
  [[nodiscard]] auto end() const { return variables_.end(); }
  [[nodiscard]] std::size_t size() const { return variables_.size(); }
  // The first value of that name, or an empty view. Looks at each variable up to environment_count_limit.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  // True if a name occurs twice with different values and is not that of a header which may be repeated.
  [[nodiscard]] bool contradicts_itself() const { return contradicts_itself_; }
  // True if a header was repeated with another value: nginx before 1.23 sends each line by itself.
  [[nodiscard]] bool repeats_headers() const { return repeats_headers_; }
  // True if such a header is one in which proxies name their clients.
  [[nodiscard]] bool repeats_hops() const { return repeats_hops_; }

 private:
  [[nodiscard]] const Variable* find(std::string_view name) const;

  std::vector<Variable> variables_;
  bool contradicts_itself_ = false;
  bool repeats_headers_ = false;
  bool repeats_hops_ = false;
};

// From texts "NAME=value", the last one followed by a null pointer; null is the empty list. Texts without an equals sign
// are left out.
[[nodiscard]] Environment environment_of(const char* const* texts);

inline constexpr std::size_t environment_size_limit = 96 * 1024;  // names and values together
inline constexpr std::size_t path_size_limit = 2048;
inline constexpr std::size_t header_size_limit = 16 * 1024;  // one header, cookies included

// CONTENT_LENGTH. Nothing if it is absent or empty (a chunked body), -1 if it is not a number.
[[nodiscard]] std::optional<std::int64_t> declared_length(const Environment& environment);

// True if the server asks as FastCGI's AUTHORIZER: it gets a yes or no, and sends no body.
[[nodiscard]] bool is_authorizer(const Environment& environment);

// The mode of [transport] at that time: cookie from header_sunset on.
[[nodiscard]] TransportMode mode_at(Instant now, const TransportSettings& settings);

// Fills in what is read once from the rest of a request: its cookies, and the transport mode at its time. request_of
// does this; for requests that are made in another way.
void complete_request(Request& request, const Settings& settings);

// The Request, or the 400 or 413 that answers it. body is what was read of it, at most limits.body + 1 bytes.
[[nodiscard]] std::variant<Request, Response> request_of(const Environment& environment, Secret body,
                                                         Instant now, const Settings& settings);

inline constexpr std::size_t hop_limit = 32;

// The client's address, and whether it speaks https.
struct Peer {
  Address address;
  bool secure = false;
};

// The web server knows both, unless it stands behind a proxy. What a proxy says (X-Forwarded-For and X-Forwarded-Proto;
// or Forwarded, RFC 7239; for https also X-Forwarded-Ssl and similar) is believed only from trusted_proxies.
//
// From the right, the first hop that is no trusted proxy is the client. A hop is an address with or without a port, IPv6
// also in brackets, all of it also in quotes. Any other text is an unknown client of that name, never the proxy that
// wrote it. These are unknown clients, too: one behind more than hop_limit proxies, one that a trusted proxy did not
// name, and one that X-Forwarded-For and Forwarded name differently (the client itself may have written the header that
// its proxy does not know).
//
// https is what X-Forwarded-Proto says, else Forwarded, else one of the flags, else the server. In a list with one value
// for each hop the client's hop counts, otherwise the first value, which the outermost proxy wrote.
[[nodiscard]] Peer peer_of(const Environment& environment, const Request& request,
                           const std::vector<Network>& trusted_proxies);

// True if a header shows that a proxy passed the request on, trusted or not.
[[nodiscard]] bool was_passed_on(const Request& request);

// Section: the fields of a request's body, which is a JSON object or a submitted form. Unknown fields are ignored; a field of the
// wrong type, given twice, or not UTF-8 makes the request malformed.

// Why a body is not read.
enum class FieldsFault { unsupported_type, malformed };

class Fields {
 public:
  // The body must be application/json or application/x-www-form-urlencoded. An empty body has no fields, whatever its
  // type.
  [[nodiscard]] static std::variant<Fields, FieldsFault> of(const Request& request);

  ~Fields();
  Fields(Fields&&) noexcept = default;
  Fields& operator=(Fields&&) noexcept = default;

  // The name of a field that is none of these, if there is one.
  [[nodiscard]] std::optional<std::string> name_besides(std::initializer_list<std::string_view> known) const;
  // The field if it is there and is a string.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  // Moves the field out and wipes the copy here. Empty if the field is not there.
  [[nodiscard]] Secret take_secret(std::string_view name);
  // JSON true, or "1", "true", "yes", "on" from a form.
  [[nodiscard]] bool flag(std::string_view name) const;
  // False if the field is there, but not as a string; or, for a flag, as neither a boolean nor a string.
  [[nodiscard]] bool is_text_or_absent(std::string_view name) const;
  [[nodiscard]] bool is_flag_or_absent(std::string_view name) const;

 private:
  explicit Fields(Json values) : values_(std::move(values)) {}
  Json values_;
};

// Decodes %XX and '+'. Nothing if the text is not a well-formed form, names a field twice, or is not UTF-8 (except
// name and device_name, which are never a reason to refuse a sign-in).
[[nodiscard]] std::optional<Json> parse_form(std::string_view text);

}  // namespace cardea
