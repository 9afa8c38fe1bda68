#include "setup/proof.h"

#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <utility>

#include "base/digest.h"
#include "web/cookies.h"

namespace cardea {
namespace {

constexpr std::size_t secret_size = 32;  // bytes
constexpr std::size_t code_size = 16;    // bytes
constexpr seconds cookie_life{86400};
// So that the code is no hash that is used for anything else.
constexpr std::string_view purpose = "cardea proof by file\n";

std::string cookie_name(const Visit& visit) {
  return visit.request.secure ? "__Host-cardea_setup" : "cardea_setup";
}

Instant instant_of(const timespec& time) {
  return Instant{std::chrono::duration_cast<milliseconds>(seconds{time.tv_sec})};
}

// A directory that others may write to proves nothing, the sticky ones (/tmp) included.
bool is_ours(const std::string& directory) {
  struct stat status {};
  return ::stat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         (status.st_mode & S_IWOTH) == 0;
}

}  // namespace

std::optional<Secret> proof_secret(const Visit& visit) {
  const auto values = cookie_values(visit.request.cookies, cookie_name(visit));
  if (!values || values->size() != 1) return std::nullopt;
  auto bytes = base64url_decode(values->front());
  if (!bytes || bytes->size() != secret_size) return std::nullopt;
  return Secret(*std::move(bytes));
}

Secret new_proof_secret(Entropy& entropy) {
  return Secret(std::string(view_of(random_array<secret_size>(entropy))));
}

Cookie proof_cookie(const Secret& secret, const Visit& visit) {
  return {
      .name = cookie_name(visit),
      .value = base64url_encode(secret.reveal()),
      .path = visit.request.secure ? "/" : visit.settings.site.mount,
      .domain = {},
      .max_age = cookie_life,
      .secure = visit.request.secure,
      // Not Strict: a link in the host's control panel must not make a second cookie, and with it another code.
      .same_site = "Lax"};
}

std::string proof_file(const Secret& secret) {
  std::string bytes(purpose);
  bytes.append(secret.reveal());
  const auto digest = sha256(bytes);
  wipe(bytes);
  return "cardea-setup-" + hex_encode(view_of(digest).substr(0, code_size)) + ".txt";
}

bool is_proven(const Secret& secret, const std::string& directory, Instant now) {
  struct stat status {};
  const auto path = directory + '/' + proof_file(secret);
  if (directory.empty() || !is_ours(directory) || ::lstat(path.c_str(), &status) != 0) return false;
  return S_ISREG(status.st_mode) && now - instant_of(status.st_ctim) < proof_life;
}

bool remove_proof(const Secret& secret, const std::string& directory) {
  const auto path = directory + '/' + proof_file(secret);
  return ::unlink(path.c_str()) == 0 || errno == ENOENT;
}

}  // namespace cardea
