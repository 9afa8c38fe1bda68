#include "setup/install.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "auth/session/end.h"
#include "base/descriptor.h"
#include "base/json.h"
#include "config/private_file.h"
#include "config/values.h"
#include "keys/ring.h"
#include "password/slots.h"
#include "store/sql/migrate.h"

namespace cardea {
namespace {

constexpr milliseconds hashing_patience{5000};

constexpr std::string_view marker_text =
    "Cardea was set up here. As long as this file is there, the page /setup stays closed, also if cardea.ini is lost.\n"
    "The page /repair can open it again for the owner of this folder.\n";

void write_or_throw(const std::string& path, std::string_view text, mode_t mode) {
  if (!replace_file(path, text, mode)) throw std::system_error(errno, std::generic_category(), path);
}

std::string hash_of(const Settings& settings, const Secret& prepared) {
  HashingSlots slots(settings.tokens.keys + "/hashing.lock", settings.password.concurrency, hashing_patience);
  Passwords passwords(settings.password, slots);
  auto hash = passwords.hash(prepared);
  if (!hash) throw std::runtime_error("too many passwords are being computed right now");
  return *std::move(hash);
}

bool has_scope(const std::string& scope, std::string_view wanted) {
  const auto words = split_words(scope);
  return std::find(words.begin(), words.end(), wanted) != words.end();
}

void record(Store& store, EventKind kind, const UserId& user, InstallTools& tools) {
  Event event;
  event.id = EventId::make(tools.now, tools.entropy);
  event.at = tools.now;
  event.kind = kind;
  event.user = user;
  event.detail = "by the owner of the site, in set-up or repair";
  store.add_event(event);
}

void give_password(Store& store, const User& user, const std::string& hash, const Settings& settings,
                   InstallTools& tools) {
  RevokedSessions revoked(settings.tokens.revocations, revocations_kept(settings.tokens));
  if (!end_sessions(NewPassword{user.id, hash}, store, revoked, tools.now))
    throw std::runtime_error("the account was deleted in the meantime");
  record(store, EventKind::password_changed, user.id, tools);
}

// True if it was added; false if another account has the address.
bool add_administrator(Store& store, const Installation& installation, const std::string& hash,
                       InstallTools& tools) {
  User user;
  user.id = UserId::make(tools.now, tools.entropy);
  user.email = installation.email;
  user.password_hash = hash;
  user.scope = admin_scope;
  user.last_method = "password";
  user.created_at = tools.now;
  user.email_proven_at = tools.now;  // trusted
  if (!store.add_user(user)) return false;
  record(store, EventKind::registered, user.id, tools);
  return true;
}

void make_administrator(const Installation& installation, InstallTools& tools) {
  const auto& settings = installation.settings;
  const auto hash = hash_of(settings, installation.password);
  const auto store = open_store(settings.database);
  auto user = store->user_of(installation.email);
  if (!user && add_administrator(*store, installation, hash, tools)) return;
  if (!user) user = store->user_of(installation.email);  // another process was faster
  if (!user) throw std::runtime_error("the account was deleted in the meantime");
  give_password(*store, *user, hash, settings, tools);
  if (has_scope(user->scope, admin_scope)) return;
  const auto scope =
      user->scope.empty() ? std::string(admin_scope) : user->scope + " " + std::string(admin_scope);
  if (!store->set_scope({user->id, user->scope, scope}))
    throw std::runtime_error("the scope of the account changed in the meantime");
  record(*store, EventKind::scope_changed, user->id, tools);
}

void make_keys(const Settings& settings, InstallTools& tools) {
  const auto& tokens = settings.tokens;
  KeyDirectory::create(tokens.keys);
  const KeyRing ring(tokens.keys, tokens.algorithm, tools.now);
  if (ring.signing_keys().empty())
    (void)create_signing_key(tokens.keys, tokens.algorithm, tools.now, tools.entropy);
  if (ring.refresh_keys().empty()) (void)create_refresh_key(tokens.keys, tools.now, tools.entropy);
}

void write_draft(const Installation& installation) {
  const auto draft = installation.place.draft();
  write_or_throw(draft, installation.ini.reveal(), S_IRUSR | S_IWUSR);
  // Some file systems show every file to every user, whatever its mode.
  const auto read = read_private_file(draft);
  if (const auto* refused = std::get_if<Unreadable>(&read)) {
    ::unlink(draft.c_str());
    throw std::runtime_error("this folder cannot keep a secret: " + refused->reason);
  }
}

void make_folders(const Installation& installation) {
  KeyDirectory::create(installation.place.home);
  const auto& database = installation.settings.database;
  if (database.kind != DatabaseKind::sqlite) return;
  const auto folder = database.path.substr(0, database.path.rfind('/'));
  if (!folder.empty()) KeyDirectory::create(folder);
}

void write_pointer(const Place& place) {
  if (!place.pointer.empty()) write_or_throw(place.pointer, place.config + "\n", S_IRUSR | S_IWUSR);
}

void write_php_files(const Installation& installation, InstallTools& tools) {
  const auto& tokens = installation.settings.tokens;
  const KeyRing ring(tokens.keys, tokens.algorithm, tools.now);
  const auto keys = installation.place.home + "/keys.json";
  write_or_throw(keys, ring.jwks() + "\n", 0644);
  // A page that names the file of ended sessions lets nobody in while it cannot be read: so it must be there.
  RevokedSessions revoked(tokens.revocations, revocations_kept(tokens));
  if (!revoked.make_ready(tools.now)) throw std::runtime_error(revoked.take_trouble());
  const auto& site = installation.settings.site;
  const Json settings{
      {"url", site.url}, {"mount", site.mount}, {"keys", keys}, {"revocations", tokens.revocations}};
  write_or_throw(installation.place.home + "/php.json", json_text(settings) + "\n", 0644);
}

void put_into_place(const Place& place) {
  if (::rename(place.draft().c_str(), place.config.c_str()) != 0)
    throw std::system_error(errno, std::generic_category(), place.config);
  const Descriptor folder(::open(place.home.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) ::fsync(folder.number());
}

void take(InstallStep step, const Installation& installation, InstallTools& tools) {
  switch (step) {
    case InstallStep::folder:
      return make_folders(installation);
    case InstallStep::draft:
      return write_draft(installation);
    case InstallStep::pointer:
      return write_pointer(installation.place);
    case InstallStep::keys:
      return make_keys(installation.settings, tools);
    case InstallStep::tables:
      (void)migrate(installation.settings.database, tools.now);
      return;
    case InstallStep::administrator:
      return make_administrator(installation, tools);
    case InstallStep::php:
      return write_php_files(installation, tools);
    case InstallStep::server:
      if (tools.server) tools.server();
      return;
    case InstallStep::note:
      return note_set_up(installation.settings.database, tools.now);
    case InstallStep::marker:
      return write_or_throw(installation.place.marker(), marker_text, S_IRUSR | S_IWUSR);
    case InstallStep::config:
      return put_into_place(installation.place);
    case InstallStep::count:
      break;
  }
}

bool is_there(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

// Held until it is destroyed; the kernel frees it when the process dies. Not open: another process has it.
Descriptor lock_of(const Place& place) {
  Descriptor lock(open_shared(place.home + "/cardea-setup.lock"));
  if (!lock.is_open()) throw std::system_error(errno, std::generic_category(), place.home);
  return ::flock(lock.number(), LOCK_EX | LOCK_NB) == 0 ? std::move(lock) : Descriptor{};
}

}  // namespace

std::string_view step_in_words(InstallStep step, Language language) {
  constexpr std::array<Text SetupTexts::*, static_cast<std::size_t>(InstallStep::count)> words{
      &SetupTexts::step_folder, &SetupTexts::step_draft,  &SetupTexts::step_pointer,
      &SetupTexts::step_keys,   &SetupTexts::step_tables, &SetupTexts::step_administrator,
      &SetupTexts::step_php,    &SetupTexts::step_server, &SetupTexts::step_note,
      &SetupTexts::step_marker, &SetupTexts::step_config};
  static_assert(words.back() != nullptr, "each step has its words");
  return texts_of(language).setup.*words.at(static_cast<std::size_t>(step));
}

std::optional<InstallFailure> install(const Installation& installation, InstallTools tools) {
  auto step = InstallStep::folder;
  try {
    take(step, installation, tools);
    const auto lock = lock_of(installation.place);
    if (!lock.is_open()) return InstallFailure{step, {}, true};
    if (is_there(installation.place.config)) return std::nullopt;
    while (step != InstallStep::count) {
      if (step != InstallStep::folder) take(step, installation, tools);
      if (tools.after) tools.after(step);
      step = static_cast<InstallStep>(static_cast<int>(step) + 1);
    }
    return std::nullopt;
  } catch (const std::runtime_error& failure) {
    return InstallFailure{step, failure.what()};
  }
}

bool set_administrator_password(const Settings& settings, const Email& email, const Secret& prepared,
                                InstallTools tools) {
  const auto store = open_store(settings.database);
  const auto user = store->user_of(email);
  if (!user || !has_scope(user->scope, admin_scope)) return false;
  give_password(*store, *user, hash_of(settings, prepared), settings, tools);
  return true;
}

}  // namespace cardea
