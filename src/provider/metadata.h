// The documents that providers publish about themselves: metadata (OpenID Connect Discovery 1.0 section 3) and keys
// (RFC 7517 section 5), as far as we use them, and the files in which they are kept.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "config/settings.h"
#include "http/client.h"
#include "keys/public_key.h"

namespace cardea {

struct ProviderMetadata {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string user_endpoint;  // empty = none
  std::string keys_url;       // empty = it issues no ID tokens
  bool names_itself = false;  // sends iss with every authorization response (RFC 9207 section 3)
  std::vector<std::string> id_token_algorithms = {};  // what it signs ID tokens with; empty = it does not say
  bool secret_in_body = false;  // client_secret_post, else client_secret_basic (RFC 6749 section 2.3.1)
};

// True if the provider speaks OpenID Connect.
[[nodiscard]] bool speaks_openid(const ProviderSettings& provider);

// {issuer}/.well-known/openid-configuration (section 4).
[[nodiscard]] std::string discovery_url(const std::string& issuer);

// What is wrong with the document, as the rest of a sentence.
struct BadMetadata {
  std::string why;
};

// The issuer in the document must be the one that was asked (section 4.3), and every address must be one that may be
// called.
[[nodiscard]] std::variant<ProviderMetadata, BadMetadata> parse_metadata(std::string_view text,
                                                                         const std::string& issuer);

// The configured addresses of a provider that has no such document.
[[nodiscard]] ProviderMetadata configured_metadata(const ProviderSettings& provider);
// Replaces addresses of the document by those of the configuration.
void prefer_configured(ProviderMetadata& metadata, const ProviderSettings& provider);

// A public key of a provider that we can use; never a symmetric one.
struct ProviderKey {
  std::string kid;  // the provider's name for it; may be empty
  PublicKey key;
};

inline constexpr std::size_t provider_keys_limit = 64;

// Keys of other kinds, for other uses, or too weak are left out. Nothing if the text is no key set, or one of
// more keys than the limit.
[[nodiscard]] std::optional<std::vector<ProviderKey>> parse_provider_keys(std::string_view text);

// Documents are kept as files in the key directory: under plain CGI every request is a new process. A document is
// fetched again when its lifetime is over, or when a token names a key that is not in it; but not more often than every
// refetch_floor, because any client may send a token with any key.

inline constexpr seconds min_document_life{300};
inline constexpr seconds usual_document_life{3600};  // if the provider says nothing
inline constexpr seconds max_document_life{86'400};
// While a provider is down, its last documents are used for this long.
inline constexpr seconds stale_document_life{86'400};
inline constexpr seconds refetch_floor{60};  // between two looks for an unknown key
inline constexpr seconds failure_floor{10};  // a provider that hangs must not delay every request

struct DocumentWanted {
  std::string name;  // of the file: [a-z0-9.-]+
  std::string url;
  HttpTrust trust;
  // What is wrong with a fetched document; nothing if it may replace the one that is kept.
  std::function<std::optional<std::string>(std::string_view body)> problem;
};

class DocumentCache {
 public:
  // Precondition: the directory exists, and only this user may write to it. http must outlive the cache.
  DocumentCache(std::string directory, Http& http) : directory_(std::move(directory)), http_(http) {}

  // From the file while it lives, else from the provider; from the file again if the provider fails. Throws
  // KeyError if the file cannot be written: without it the floors above would not hold.
  [[nodiscard]] std::variant<std::string, HttpFailure> get(const DocumentWanted& wanted, Instant now);
  // From the provider; nothing if it was asked less than refetch_floor ago.
  [[nodiscard]] std::optional<std::string> get_newer(const DocumentWanted& wanted, Instant now);

 private:
  struct Kept {
    std::string url;
    std::string body;  // empty = none was ever fetched
    Instant asked_at = never;
    Instant valid_until = never;
    std::string failure;  // of the last attempt to fetch it; empty = it succeeded
  };
  [[nodiscard]] std::string path_of(const DocumentWanted& wanted) const;
  [[nodiscard]] Kept read(const DocumentWanted& wanted) const;
  void write(const DocumentWanted& wanted, const Kept& kept) const;
  [[nodiscard]] Kept fetch(const DocumentWanted& wanted, Kept kept, Instant now);

  std::string directory_;
  Http& http_;
};

}  // namespace cardea
