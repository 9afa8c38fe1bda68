#include "web/routes.h"

#include "web/routes/handlers.h"

namespace cardea {
namespace {

constexpr Route table[] = {
    {"POST", "/login", Effect::changes, Lane::hashing, handle_login},
    {"POST", "/register", Effect::changes, Lane::hashing, handle_register},
    {"POST", "/refresh", Effect::changes, Lane::database, handle_refresh},
    {"GET", "/continue", Effect::shows, Lane::database, handle_continue},
    {"POST", "/token", Effect::changes, Lane::database, handle_token},
    {"POST", "/revoke", Effect::changes, Lane::database, handle_oauth_revoke},
    {"POST", "/introspect", Effect::changes, Lane::database, handle_introspect},
    {"POST", "/logout", Effect::changes, Lane::database, handle_logout},
    {"GET", "/", Effect::shows, Lane::memory, handle_front},
    {"GET", "/pages/{name}", Effect::shows, Lane::memory, handle_page},
    {every_method, "/verify", Effect::reads, Lane::memory, handle_verify},
    {every_method, "/denied", Effect::reads, Lane::memory, handle_denied},
    {"GET", "/me", Effect::reads, Lane::database, handle_me},
    {"POST", "/me", Effect::changes, Lane::database, handle_change_profile},
    {"POST", "/me/delete", Effect::changes, Lane::hashing, handle_close_account},
    {"POST", "/me/reopen", Effect::changes, Lane::database, handle_reopen_account},
    {"GET", "/me/export", Effect::reads, Lane::database, handle_export},
    {"POST", "/reauthenticate", Effect::changes, Lane::hashing, handle_reauthenticate},
    {"POST", "/reauthenticate/send", Effect::changes, Lane::database, handle_send_reauthentication},
    {"POST", "/password", Effect::changes, Lane::hashing, handle_change_password},
    {"POST", "/password/check", Effect::changes, Lane::memory, handle_check_password},
    {"GET", "/work", Effect::reads, Lane::database, handle_work},
    {"POST", "/password/forgot", Effect::changes, Lane::database, handle_forgotten_password},
    {"POST", "/password/reset", Effect::changes, Lane::hashing, handle_reset_password},
    {"POST", "/email/verify", Effect::changes, Lane::hashing, handle_verify_email},
    {"POST", "/email/verify/send", Effect::changes, Lane::database, handle_send_verification},
    {"POST", "/email", Effect::changes, Lane::hashing, handle_change_email},
    {"POST", "/email/confirm", Effect::changes, Lane::hashing, handle_confirm_email},
    {"POST", "/email/undo", Effect::changes, Lane::database, handle_undo_email},
    {"POST", "/alert", Effect::changes, Lane::database, handle_disown},
    {"GET", "/events", Effect::reads, Lane::database, handle_events},
    {"GET", "/activity", Effect::shows, Lane::database, handle_activity},
    {"GET", "/devices", Effect::reads, Lane::database, handle_devices},
    {"DELETE", "/devices/{id}", Effect::changes, Lane::database, handle_revoke_device},
    {"POST", "/devices/{id}/revoke", Effect::changes, Lane::database, handle_revoke_device},
    {"GET", "/site", Effect::reads, Lane::memory, handle_site},
    {"GET", "/providers", Effect::reads, Lane::memory, handle_providers},
    {"GET", "/oauth/{id}/start", Effect::shows, Lane::provider, handle_oauth_start},
    {"GET", "/oauth/{id}/callback", Effect::reads, Lane::provider, handle_oauth_callback},
    // Apple's page posts from its own site; state protects this call from other sites.
    {"POST", "/oauth/{id}/callback", Effect::reads, Lane::provider, handle_oauth_callback},
    {"POST", "/oauth/{id}/token", Effect::changes, Lane::provider, handle_oauth_token},
    {"POST", "/oauth/{id}/link", Effect::changes, Lane::provider, handle_oauth_link},
    {"POST", "/oauth/{id}/unlink", Effect::changes, Lane::hashing, handle_oauth_unlink},
    {"POST", "/oauth/{id}/reauthenticate", Effect::changes, Lane::provider, handle_oauth_reauthenticate},
    {"GET", "/identities", Effect::reads, Lane::database, handle_identities},
    {"GET", "/jwks.json", Effect::reads, Lane::memory, handle_jwks},
    {"GET", "/admin", Effect::shows, Lane::database, handle_admin},
    // They call the site itself, and run programs.
    {"GET", "/admin/checks", Effect::shows, Lane::provider, handle_admin_checks},
    {"GET", "/admin/upgrade", Effect::shows, Lane::provider, handle_admin_upgrade},
    {"POST", "/admin/upgrade", Effect::changes, Lane::provider, handle_upgrade},
    {"GET", "/health", Effect::reads, Lane::health, handle_health},
    {"GET", "/metrics", Effect::reads, Lane::database, handle_metrics},
};

}  // namespace

std::span<const Route> route_table() {
  return table;
}

}  // namespace cardea
