// From the CGI variables (RFC 3875 section 4.1) that a web server hands over to a Request. The same for
// FastCGI and plain CGI. All limits on what comes in, except those of the body's fields, are here.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/network.h"
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
  // True if a name stands there twice with different values, and is not that of a header which may be repeated.
  [[nodiscard]] bool contradicts_itself() const { return contradicts_itself_; }
  // True if such a header was repeated with another value: nginx before 1.23 hands over each line by itself.
  [[nodiscard]] bool repeats_headers() const { return repeats_headers_; }
  // True if it was one by which proxies say whom they speak for.
  [[nodiscard]] bool repeats_hops() const { return repeats_hops_; }

 private:
  [[nodiscard]] const Variable* find(std::string_view name) const;

  std::vector<Variable> variables_;
  bool contradicts_itself_ = false;
  bool repeats_headers_ = false;
  bool repeats_hops_ = false;
};

// Of "NAME=value" texts, the last one followed by a null pointer; null is the empty list. What has no equals
// sign is left out.
[[nodiscard]] Environment environment_of(const char* const* texts);

inline constexpr std::size_t environment_size_limit = 96 * 1024;  // names and values together
inline constexpr std::size_t path_size_limit = 2048;
inline constexpr std::size_t header_size_limit = 16 * 1024;  // one header, cookies included

// CONTENT_LENGTH as a strict number. Nothing if it is absent or empty (a chunked body), -1 if it is no
// number.
[[nodiscard]] std::optional<std::int64_t> declared_length(const Environment& environment);

// True if the server asks as FastCGI's AUTHORIZER: it gets a yes or no, and sends no body.
[[nodiscard]] bool is_authorizer(const Environment& environment);

// The mode of [transport] at that time: cookie from header_sunset on.
[[nodiscard]] TransportMode mode_at(Instant now, const TransportSettings& settings);

// Fills in what is read once from the rest of a request: its cookies, and the transport mode at its time. request_of
// does this; for requests that are made in another way.
void complete_request(Request& request, const Settings& settings);

// A Request, or the 400/413 that answers it. body is what was read, at most limits.body + 1 bytes.
[[nodiscard]] std::variant<Request, Response> request_of(const Environment& environment, Secret body,
                                                         Instant now, const Settings& settings);

// Who is at the other end, and does that end speak https? The web server knows, unless a proxy stands in
// front of it; what a proxy says (X-Forwarded-For and X-Forwarded-Proto; or Forwarded, RFC 7239; for https
// also X-Forwarded-Ssl and its like) is believed only from trusted_proxies.

inline constexpr std::size_t hop_limit = 32;

struct Peer {
  Address address;
  bool secure = false;
};

// From the right: the first hop that is no trusted proxy is the client. A hop is an address, with or without
// a port, IPv6 also in brackets, all of it also in quotes. What is none is an unknown client called by that
// hop, never the proxy that wrote it; so is a client behind more than hop_limit proxies, one that a trusted
// proxy passed on without naming it, and one that X-Forwarded-For and Forwarded name differently: of these
// two the client itself may have written the one that its proxy does not know.
//
// https is what X-Forwarded-Proto says, else Forwarded, else one of the flags, else the server. Of a list
// that has one value for each hop, the client's hop counts, otherwise the first value, which the edge wrote.
[[nodiscard]] Peer peer_of(const Environment& environment, const Request& request,
                           const std::vector<Network>& trusted_proxies);

// True if a header tells that a proxy passed the request on, trusted or not.
[[nodiscard]] bool was_passed_on(const Request& request);

}  // namespace cardea
