#include "torture/run.h"

#include "web/handle.h"

namespace cardea::torture {
namespace {

Settings settings_of(const Settings& usual, const Conditions& conditions) {
  auto settings = usual;
  settings.tokens.rotation_grace = conditions.grace;
  settings.tokens.renew_min_interval = conditions.min_interval;
  settings.tokens.refresh_ttl = conditions.ttl;
  if (conditions.slides_late) settings.tokens.refresh_slide_within = std::chrono::hours{24 * 7};
  return settings;
}

}  // namespace

void Score::add(const Score& other) {
  histories += other.histories;
  requests += other.requests;
  refreshes += other.refreshes;
  granted += other.granted;
  faults += other.faults;
}

Hosts make_hosts(Installation& installation) {
  return {Installation::Worker(installation, beginning), Installation::Worker(installation, beginning),
          Installation::Worker(installation, beginning)};
}

Run::Run(Installation& installation, Hosts& hosts, const History& history, const Mutant* mutant)
    : installation_(installation),
      hosts_(hosts),
      history_(history),
      settings_(settings_of(installation.settings, history.conditions)),
      base_(installation, clockwork_),
      truth_(base_, clockwork_),
      faults_(truth_, truth_, clockwork_, [this](const auto& steps) { perform_inside(steps); }),
      broken_(mutant ? mutant->make(faults_, base_, clockwork_) : nullptr),
      front_(broken_ ? *broken_ : faults_),
      checker_(truth_, clockwork_, settings_.tokens) {}

std::optional<Violation> Run::play() {
  clockwork_.true_now = beginning;
  for (auto& user : users_) {
    user = installation_.new_user(beginning);
    if (!base_.add_user(user) && !base_.user_by_id(user.id)) throw std::logic_error("the e-mail is in use");
  }
  try {
    perform(history_.steps);
    finish();
  } catch (const Violation& violation) {
    return violation;
  }
  return std::nullopt;
}

Score Run::score() const {
  return {.histories = 1,
          .requests = requests_,
          .refreshes = checker_.judged(),
          .granted = granted_,
          .faults = faults_.injected()};
}

// Whoever is still signed in and has done nothing wrong can go on.
void Run::finish() {
  for (int client = 0; client < client_count; ++client)
    refresh({.action = Action::refresh, .who = client, .faults = {}});
  for (const auto& user : users_) checker_.judge_user(user.id, base_.sessions_of(user.id));
  checker_.judge_events(restored_);
}

void Run::perform(const std::vector<Step>& steps) {
  for (const auto& step : steps) perform(step);
}

void Run::perform(const Step& step) {
  clockwork_.true_now += step.pause;
  clockwork_.host = step.host;
  switch (step.action) {
    case Action::sign_in:
      return sign_in(step);
    case Action::refresh:
      return refresh(step);
    case Action::deliver:
      return jar(step.who).deliver(static_cast<std::size_t>(step.other));
    case Action::steal:
      if (!is_thief(step.who) && jar(step.who).pair()) jar(step.other).copy_from(jar(step.who));
      return;
    case Action::visit:
      return visit(step);
    case Action::sign_out:
    case Action::sign_out_everywhere:
      return sign_out(step, step.action == Action::sign_out_everywhere);
    case Action::sign_out_device:
      return sign_out_device(step);
    case Action::change_password:
    case Action::disable:
    case Action::enable:
    case Action::end_all:
      return administer(step);
    case Action::set_clock:
      clockwork_.errors.at(static_cast<std::size_t>(step.host)) = step.amount;
      return;
    case Action::restore:
      return restore(step);
    case Action::purge:
      return purge();
    case Action::stray:
      return stray(step);
  }
}

// Other requests come in while one is on its way: the process is another one, or another thread.
void Run::perform_inside(const std::vector<Step>& steps) {
  Frame* const outer = frame_;
  const int host = clockwork_.host;
  const int inner_before = inner_writes_;
  const int before = truth_.writes();
  perform(steps);
  inner_writes_ = inner_before + truth_.writes() - before;
  clockwork_.host = host;
  frame_ = outer;
  faults_.set_frame(outer);
  truth_.set_writer(outer ? outer->request : 0, outer ? outer->clock : never);
}

void Run::in_frame(const Step& step, Exchange& exchange, const std::function<void()>& work) {
  Frame frame{.faults = &step.faults, .request = ++requests_};
  frame.key = std::exchange(next_key_, std::nullopt);
  Frame* const outer = frame_;
  const int outer_inner_writes = std::exchange(inner_writes_, 0);
  const int before = truth_.writes();
  frame_ = &frame;
  clockwork_.host = step.host;
  exchange.request = frame.request;
  exchange.sent = clockwork_.true_now;
  exchange.clock = clockwork_.at_host();
  faults_.set_frame(&frame);
  frame.clock = exchange.clock;
  truth_.set_writer(frame.request, frame.clock);
  try {
    work();
  } catch (const Killed&) {
    exchange.response.reset();
  }
  faults_.finish();
  // A real database has troubles of its own.
  exchange.disturbed = frame.disturbed || !installation_.is_in_memory();
  exchange.lost_answer = frame.lost_answer;
  exchange.writes = truth_.writes() - before - inner_writes_;
  inner_writes_ = outer_inner_writes;
  frame_ = outer;
  faults_.set_frame(outer);
  truth_.set_writer(outer ? outer->request : 0, outer ? outer->clock : never);
}

Exchange Run::send(const Step& step, const Request& request) {
  Exchange exchange;
  auto& worker = hosts_.at(static_cast<std::size_t>(step.host));
  in_frame(step, exchange,
           [&] { exchange.response = handle(request, worker.deps(settings_, front_, clockwork_)); });
  return exchange;
}

}  // namespace cardea::torture
