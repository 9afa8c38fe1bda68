// HTTP as values: web/in.h makes a Request from what the web server sends, handle turns it into a Response, and
// cgi_bytes writes that.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/network.h"
#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"
#include "store/records.h"

namespace cardea {

// What the web server asks for: an answer to its client, or whether to serve original_uri (FastCGI 1.0 section 6.3).
enum class Role {
  responder,
  authorizer,
  access_checker,  // mod_fcgid's authorizer: of a refusal it keeps the headers and drops the rest
};

// Names and values in the order in which they came; a name may be there more than once.
using ReceivedCookies = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Instant now{};
  std::string method;  // as sent, upper case by RFC 9110; compared exactly
  std::string path;    // "/auth/login", as sent: never decoded, so that only the exact text matches a route
  std::string query;   // without the question mark
  std::string
      original_uri;  // REQUEST_URI: what the client asked for, also when the server asks for something else
  Role role = Role::responder;
  bool identified_before =
      false;                    // the variables of our earlier answer to this request are in the environment
  std::string server_software;  // SERVER_SOFTWARE, for advice that fits the server; may be empty
  bool secure = false;  // the client speaks https, as far as a trusted source says so (peer_of in web/in.h)
  Address client;       // behind trusted proxies: the client that they name
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case with hyphens, each once
  ReceivedCookies cookies;                                   // of the header "cookie"
  TransportMode transport_mode = TransportMode::cookie;      // [transport] mode at that time
  std::string content_type;
  Secret body;

  // The value, or an empty view. name in lower case.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Cookie {
  std::string name;
  std::string value;
  std::string path;
  std::string domain;  // empty = host only
  seconds max_age{};   // 0 = delete
  bool secure = false;
  std::string_view same_site;
};

// Why a request was refused, in the words of the wire (src/web/README.md): what a redirect, a page and the sunset
// headers are made from.
struct RefusalFacts {
  std::string error;     // "invalid_token"
  std::string reason;    // "expired"; may be empty
  std::string field;     // which field of the request was refused; may be empty
  std::string strategy;  // with email_in_use: how that account signs in
  // With account_closed: what reopens the account (a secret; it goes to the client alone), and until when.
  std::string reopen_token = {};
  Instant erased_at = never;
  // For the page that a browser sees (web/refusal_page.h).
  std::string scope = {};    // with insufficient_scope: what is needed; may be empty
  std::string account = {};  // the e-mail of the user who is signed in; empty: not looked up
  bool in_circles = false;   // the gate guards the sign-in page, so it cannot lead there
};

// What the log line of a request tells besides the status. Ids and words, never secrets. Only written here: nothing
// decides by it (RefusalFacts is for that).
struct LogFacts {
  std::string error;
  std::string reason;
  std::string field;  // which field of the request was refused
  std::string user;
  std::string session;
  std::string note;              // for the administrator: what an exception said
  bool changed_nothing = false;  // a POST that only asked: it needs no line
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string_view, std::string>> headers;  // names are literals
  std::vector<Cookie> cookies;
  std::string body;
  // Set if the request was refused; a redirect that a refusal was turned into keeps it.
  std::optional<RefusalFacts> refusal;
  LogFacts log;
  // How the accepted token was sent; empty if there was none.
  std::optional<Transport> transport;

  // The value, or an empty view. name as it was set.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  // Replaces a header of that name. The name is kept as a view: pass a literal.
  void set(std::string_view name, std::string value);
};

// The response in CGI form (RFC 3875 section 6): "Status: 200 OK" first, one Set-Cookie for each cookie, a blank line,
// the body. Throws std::logic_error if a name or value holds a control character: that is a bug of ours, because input
// is checked before.
[[nodiscard]] std::string cgi_bytes(const Response& response);

[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace cardea
