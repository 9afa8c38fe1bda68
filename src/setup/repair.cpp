#include "setup/repair.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/descriptor.h"
#include "config/private_file.h"
#include "store/sql/migrate.h"
#include "web/in.h"

namespace cardea {
namespace {

struct Told {
  std::string text;
  bool is_good = false;
};

void note(const DoorContext& context, std::string_view what) {
  if (context.log) context.log(std::string("repair: ").append(what));
}

bool is_exposed(const Unconfigured& why) {
  return std::any_of(why.errors.begin(), why.errors.end(),
                     [](const ConfigError& error) { return error.fault == FileFault::exposed; });
}

// Only a regular file of this process's user that no web server shows is closed: what lies elsewhere may have been read
// by anybody, and its secrets must be replaced.
bool may_close(const std::string& path, const std::string& document_root) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
         !is_public(path, document_root);
}

// By the open file, so that it cannot be exchanged between check and change.
bool close_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  return file.is_open() && ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_uid == ::geteuid() && ::fchmod(file.number(), S_IRUSR | S_IWUSR) == 0;
}

// In a process that began before set-up ended, cardea.ini may be there all the same.
bool is_missing(const RepairState& state) {
  return state.why.cause == "configuration_missing" && !state.place.config_exists;
}

// Set-up waits for its owner, or goes on.
bool is_open(const RepairState& state) {
  return is_missing(state) && !is_closed(state.place);
}

bool is_lost(const RepairState& state) {
  return is_missing(state) && is_closed(state.place);
}

std::vector<std::string> reasons_of(const Unconfigured& why) {
  std::vector<std::string> reasons;
  if (why.cause.empty()) return reasons;
  for (const auto& error : why.errors) reasons.push_back(error.text());
  if (!why.detail.empty()) reasons.push_back(why.detail);
  if (reasons.empty()) reasons.push_back(why.cause);
  return reasons;
}

class Repairing {
 public:
  Repairing(const Visit& visit, RepairState& state, const DoorContext& context)
      : visit_(visit), words_(texts_of(visit.language).setup), state_(state), context_(context) {}

  Told act(Fields& fields) {
    const auto act = fields.text("act").value_or("");
    try {
      if (act == act_reopen && is_lost(state_)) return reopen();
      if (act == act_close_file && is_exposed(state_.why)) return close_configuration();
      if (act == act_tables && state_.settings) return upgrade_tables();
      if (act == act_password && state_.settings) return set_password(fields);
    } catch (const std::runtime_error& failure) {
      return failed(failure.what());
    }
    return {};
  }

 private:
  [[nodiscard]] Told failed(std::string_view message) const {
    return {filled(words_.act_failed, {{"message", message}}), false};
  }

  // An empty draft: set-up goes on as after a killed process.
  Told reopen() {
    if (!replace_file(state_.place.draft(), "; Set-up was opened again by /repair.\n", S_IRUSR | S_IWUSR))
      return failed(std::generic_category().message(errno));
    note(context_, "set-up was opened again");
    return {std::string(words_.reopened), true};
  }

  Told close_configuration() {
    const auto& path = state_.why.config;
    if (!may_close(path, state_.document_root) || !close_file(path)) return failed(path);
    note(context_, path + " was readable for others and has mode 0600 now");
    return {filled(words_.closed_file, {{"path", path}}), true};
  }

  Told upgrade_tables() {
    const auto report = migrate(state_.settings->database, visit_.request.now);
    note(context_, "the tables are at version " + std::to_string(report.to));
    return {filled(words_.tables_done, {{"version", std::to_string(report.to)}}), true};
  }

  Told set_password(Fields& fields) {
    const auto typed = fields.text("email").value_or("");
    const auto email = parse_email(typed);
    if (!email) return {std::string(words_.bad_email), false};
    const auto chosen = choose_administrator_password(fields.take_secret("new_password"), email->typed,
                                                      *state_.settings, visit_.language);
    if (const auto* problem = std::get_if<std::string>(&chosen)) return {*problem, false};
    SystemEntropy entropy;
    const auto& password = std::get<Secret>(chosen);
    if (!set_administrator_password(*state_.settings, *email, password, {entropy, visit_.request.now}))
      return {filled(words_.no_administrator, {{"email", typed}}), false};
    note(context_, "an administrator has a new password");
    return {filled(words_.way_in_done, {{"email", typed}}), true};
  }

  const Visit& visit_;
  const SetupTexts& words_;
  RepairState& state_;
  const DoorContext& context_;
};

// cardea.ini as it is now: the process may have read it a while ago. Where keys or the machine are at fault, its settings
// can be read all the same.
void read_again(RepairState& state) {
  auto& why = state.why;
  if (why.cause.empty()) return;
  auto loaded = load_settings(why.config);
  const bool is_about_settings = why.cause.starts_with("configuration_");
  if (auto* settings = std::get_if<Settings>(&loaded)) {
    state.settings = std::move(*settings);
    if (is_about_settings) why = {};
    return;
  }
  why.errors = std::get<std::vector<ConfigError>>(std::move(loaded));
  why.cause = cause_of(why.errors);
}

RepairView view_of(const RepairState& state, const Told& told, const Visit& visit,
                   const DoorContext& context) {
  RepairView view;
  view.is_lost = is_lost(state);
  view.is_open = is_open(state);
  view.config = state.settings ? state.settings->file : view.is_lost ? state.place.config : state.why.config;
  view.reasons = reasons_of(state.why);
  if (is_exposed(state.why) && may_close(state.why.config, state.document_root))
    view.open_file = state.why.config;
  view.has_settings = state.settings.has_value();
  if (state.settings && context.checks) view.findings = context.checks(*state.settings, visit.request.now);
  view.told = told.text;
  view.told_is_good = told.is_good;
  return view;
}

}  // namespace

std::string repair(const Visit& visit, RepairState state, const DoorContext& context) {
  read_again(state);
  Told told;
  if (visit.request.method == "POST") {
    auto fields = Fields::of(visit.request);
    if (auto* given = std::get_if<Fields>(&fields)) told = Repairing(visit, state, context).act(*given);
    read_again(state);
  }
  return repair_page(view_of(state, told, visit, context), visit);
}

}  // namespace cardea
