#include "web/routes.h"

#include "web/routes/handlers.h"

namespace cardea {
namespace {

constexpr Route table[] = {
    {"POST", "/login", Effect::changes, handle_login},
    {"POST", "/register", Effect::changes, handle_register},
    {"POST", "/refresh", Effect::changes, handle_refresh},
    {"GET", "/continue", Effect::reads, handle_continue},
    {"POST", "/token", Effect::changes, handle_token},
    {"POST", "/revoke", Effect::changes, handle_oauth_revoke},
    {"POST", "/introspect", Effect::changes, handle_introspect},
    {"POST", "/logout", Effect::changes, handle_logout},
    {"GET", "/", Effect::reads, handle_front},
    {"GET", "/pages/{name}", Effect::reads, handle_page},
    {every_method, "/verify", Effect::reads, handle_verify},
    {every_method, "/denied", Effect::reads, handle_denied},
    {"GET", "/me", Effect::reads, handle_me},
    {"POST", "/me", Effect::changes, handle_change_profile},
    {"POST", "/password", Effect::changes, handle_change_password},
    {"POST", "/password/check", Effect::changes, handle_check_password},
    {"POST", "/password/forgot", Effect::changes, handle_forgotten_password},
    {"POST", "/password/reset", Effect::changes, handle_reset_password},
    {"POST", "/alert", Effect::changes, handle_disown},
    {"GET", "/events", Effect::reads, handle_events},
    {"GET", "/activity", Effect::reads, handle_activity},
    {"GET", "/devices", Effect::reads, handle_devices},
    {"DELETE", "/devices/{id}", Effect::changes, handle_revoke_device},
    {"POST", "/devices/{id}/revoke", Effect::changes, handle_revoke_device},
    {"GET", "/site", Effect::reads, handle_site},
    {"GET", "/providers", Effect::reads, handle_providers},
    {"GET", "/oauth/{id}/start", Effect::reads, handle_oauth_start},
    {"GET", "/oauth/{id}/callback", Effect::reads, handle_oauth_callback},
    // Apple's page posts from its own site; state protects this call from other sites.
    {"POST", "/oauth/{id}/callback", Effect::reads, handle_oauth_callback},
    {"POST", "/oauth/{id}/token", Effect::changes, handle_oauth_token},
    {"POST", "/oauth/{id}/link", Effect::changes, handle_oauth_link},
    {"POST", "/oauth/{id}/unlink", Effect::changes, handle_oauth_unlink},
    {"GET", "/identities", Effect::reads, handle_identities},
    {"GET", "/jwks.json", Effect::reads, handle_jwks},
    {"GET", "/health", Effect::reads, handle_health},
    {"GET", "/metrics", Effect::reads, handle_metrics},
};

}  // namespace

std::span<const Route> route_table() {
  return table;
}

}  // namespace cardea
