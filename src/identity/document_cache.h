// The documents that providers publish about themselves (metadata, keys), kept as files in the key directory:
// under plain CGI every request is a new process. A document is asked for again when its lifetime is over, or
// when somebody shows a key that is not in it; never more often than every refetch_floor, because strangers
// may show any key.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "base/time.h"
#include "identity/http.h"

namespace cardea {

inline constexpr seconds shortest_document_life{300};
inline constexpr seconds usual_document_life{3600};  // where the provider says nothing
inline constexpr seconds longest_document_life{86'400};
// A provider that is down for so long does not matter to who has signed in there before.
inline constexpr seconds stale_document_life{86'400};
inline constexpr seconds refetch_floor{60};  // between two looks for an unknown key
inline constexpr seconds failure_floor{10};  // a provider that hangs must not hold up every request

struct DocumentWanted {
  std::string name;  // of the file: [a-z0-9.-]+
  std::string url;
  HttpTrust trust;
  // What is wrong with a document that came; nothing if it may replace the one that is kept.
  std::function<std::optional<std::string>(std::string_view body)> problem;
};

class DocumentCache {
 public:
  // directory exists and is ours alone; http must outlive the cache.
  DocumentCache(std::string directory, Http& http) : directory_(std::move(directory)), http_(http) {}

  // From the file while it lives, else from the provider; from the file again if the provider fails. Throws
  // KeyError if the file cannot be written: without it the floors above would not hold.
  [[nodiscard]] std::variant<std::string, HttpFailure> get(const DocumentWanted& wanted, Instant now);
  // From the provider, unless it was asked within refetch_floor: then nothing.
  [[nodiscard]] std::optional<std::string> get_newer(const DocumentWanted& wanted, Instant now);

 private:
  struct Kept {
    std::string url;
    std::string body;  // empty = none ever came
    Instant asked_at = never;
    Instant good_until = never;
    std::string failure;  // of the last time it was asked for; empty = it came
  };
  [[nodiscard]] std::string path_of(const DocumentWanted& wanted) const;
  [[nodiscard]] Kept read(const DocumentWanted& wanted) const;
  void write(const DocumentWanted& wanted, const Kept& kept) const;
  [[nodiscard]] Kept fetch(const DocumentWanted& wanted, Kept kept, Instant now);

  std::string directory_;
  Http& http_;
};

}  // namespace cardea
