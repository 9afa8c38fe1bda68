#include "cli/key_export.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ostream>
#include <stdexcept>

#include "base/encoding.h"
#include "base/json.h"
#include "token/key_ring.h"
#include "token/pem.h"

namespace cardea {

namespace {

// More than the JWK of any key that we accept takes, so that no text with a secret in it is ever moved.
constexpr std::size_t jwk_size_limit = 4096;

// RFC 7518 section 6.4. An HMAC key has no public half: this is the key itself.
void append_secret_jwk(std::string& text, const SigningKey& key) {
  const Secret pem = key.private_pem();
  const auto block = parse_pem(pem.reveal());
  if (!block) throw std::logic_error("a key has written a PEM that cannot be read");
  const Secret bytes{base64url_encode(block->bytes.reveal())};
  text.append(R"({"alg":"HS256","k":")").append(bytes.reveal());
  text.append(R"(","kid":")").append(key.kid()).append(R"(","kty":"oct","use":"sig"})");
}

struct KeySet {
  Secret text;
  int keys = 0;
  int left_out = 0;  // HMAC keys, unless they were asked for
};

KeySet key_set(const std::vector<DatedKey>& keys, bool with_secrets) {
  KeySet set;
  std::string text = R"({"keys":[)";
  text.reserve(keys.size() * jwk_size_limit + 64);
  for (const DatedKey& dated : keys) {
    const auto jwk = dated.key.public_jwk();
    if (!jwk && !with_secrets) {
      ++set.left_out;
      continue;
    }
    if (set.keys++ > 0) text.push_back(',');
    if (jwk) {
      text.append(json_text(*jwk));
    } else {
      append_secret_jwk(text, dated.key);
    }
  }
  text.append("]}\n");
  set.text = Secret{std::move(text)};
  return set;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// False, with errno, when it could not be done; the old file then stands.
bool replace_file(const std::string& path, const Secret& text, mode_t mode) {
  const auto temporary = path + ".new";
  ::unlink(temporary.c_str());  // left over from a crash
  const Descriptor file{
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (!file.is_open()) return false;
  const bool replaced = write_all(file.number(), text.reveal()) && ::fchmod(file.number(), mode) == 0 &&
                        ::fsync(file.number()) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (replaced) return true;
  const int reason = errno;
  ::unlink(temporary.c_str());
  errno = reason;
  return false;
}

}  // namespace

ExitCode export_keys(Job& job) {
  const TokenSettings& tokens = job.tools.settings().tokens;
  const std::string path = job.line.text("--file").value_or("");
  const bool with_secrets = job.line.has("--with-secrets");
  const KeyRing ring(tokens.keys, tokens.algorithm, job.tools.now());
  const KeySet set = key_set(ring.signing_keys(), with_secrets);
  if (set.keys == 0 && set.left_out == 0)
    return refuse(job.console, tokens.keys + ": there is no key to export; make one with: cardea key new");
  if (set.keys == 0)
    return refuse(job.console,
                  "an HS256 key is a secret: whoever can read it can sign. --with-secrets exports it");
  if (!replace_file(path, set.text, with_secrets ? 0600 : 0644))
    return refuse(job.console, path + ": cannot be written: " + std::strerror(errno));
  job.console.out << path << ": " << set.keys << (set.keys == 1 ? " key" : " keys");
  if (set.left_out > 0) job.console.out << "; left out: " << set.left_out << " of HS256, which are secrets";
  job.console.out << '\n';
  return ExitCode::done;
}

}  // namespace cardea
