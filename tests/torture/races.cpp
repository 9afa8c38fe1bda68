#include "torture/races.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <stdexcept>
#include <thread>

#include "torture/clockwork.h"
#include "torture/dice.h"
#include "torture/faults.h"
#include "torture/lineage.h"
#include "torture/shaky_store.h"
#include "web/handle.h"

namespace cardea::torture {
namespace {

using std::chrono::steady_clock;

constexpr milliseconds grace{10'000};
constexpr milliseconds max_patience{120'000};
constexpr milliseconds pause_after_503{20};
constexpr int mishap_odds = 40;
constexpr std::size_t violations_kept = 20;

class Races {
 public:
  Races(Installation& installation, const Options& options, std::uint64_t seed)
      : installation_(installation), options_(options), dice_(seed) {
    const int odds = options.calm ? 0 : mishap_odds;
    for (int thread = 0; thread < options.clients; ++thread) {
      workers_.push_back(std::make_unique<Installation::Worker>(installation, beginning));
      auto& store = installation.store_of(static_cast<std::size_t>(thread));
      stores_.push_back(std::make_unique<ShakyStore>(store, odds, seed + static_cast<unsigned>(thread)));
    }
    clock_.time = beginning;
    lineages_.resize(static_cast<std::size_t>(options.sessions));
    for (auto& lineage : lineages_) start(lineage);
  }

  RaceReport run() {
    const auto until = steady_clock::now() + std::chrono::seconds(options_.seconds);
    const auto more = [&] {
      return options_.rounds > 0 ? report_.rounds < options_.rounds : steady_clock::now() < until;
    };
    while (more() && report_.violations.size() < violations_kept) round();
    check_rows();
    for (const auto& store : stores_) report_.faults += store->injected();
    return report_;
  }

 private:
  void violated(const Lineage& lineage, const std::string& what) {
    if (report_.violations.size() < violations_kept)
      report_.violations.push_back("session " + lineage.current.session.text() + ", generation " +
                                   std::to_string(lineage.current.generation) + ": " + what);
  }

  // With patience: this is not what is tried.
  template <class Work>
  auto patiently(Work work) -> decltype(work()) {
    const auto until = steady_clock::now() + max_patience;
    for (;;) {
      try {
        return work();
      } catch (const StoreUnavailable&) {
        if (steady_clock::now() > until) throw;
      }
      std::this_thread::sleep_for(pause_after_503);
    }
  }

  void start(Lineage& lineage) {
    lineage = {};
    lineage.user = installation_.new_user(clock_.time);
    auto& store = installation_.store_of(0);
    // Refused also when an answer was lost and it is there already.
    const bool added = patiently([&] { return store.add_user(lineage.user); });
    if (!added && !patiently([&] { return store.user_by_id(lineage.user.id); }))
      throw std::logic_error("the e-mail is in use");
    const Caller caller{.now = clock_.time, .address = *parse_address("192.0.2.7"), .user_agent = "Torture"};
    const auto deps = workers_.front()->deps(installation_.settings, store, clock_);
    lineage.current = pair_of(patiently([&] {
      return std::get<Grant>(
          start_session(lineage.user, {.id = "device", .name = ""}, "password", caller, deps));
    }));
  }

  void round() {
    ++report_.rounds;
    clock_.time += 2 * grace + milliseconds{dice_.below(100'000)};
    std::vector<Item> items;
    for (auto& lineage : lineages_) plan(lineage, items);
    play(items);
    for (std::size_t first = 0; first < items.size();) {
      auto last = first;
      while (last < items.size() && items[last].lineage == items[first].lineage) ++last;
      judge(*items[first].lineage, std::span(items).subspan(first, last - first));
      first = last;
    }
  }

  Scene some_scene(const Lineage& lineage) {
    if (options_.calm || !dice_.one_in(10)) return Scene::refreshes;
    const auto scene = dice_.one_of({Scene::sign_out, Scene::password, Scene::theft});
    return scene == Scene::theft && lineage.moves < 2 ? Scene::refreshes : scene;
  }

  void plan(Lineage& lineage, std::vector<Item>& items) {
    lineage.scene = some_scene(lineage);
    const auto at = items.size();
    for (int count = 0; count < options_.at_once; ++count)
      items.push_back({.lineage = &lineage,
                       .deed = Deed::refresh,
                       .jitter = milliseconds{dice_.below(grace.count())},
                       .reason = {},
                       .pair = {}});
    if (lineage.scene == Scene::refreshes) return;
    auto& odd = items[at + static_cast<std::size_t>(dice_.below(options_.at_once))];
    odd.deed = lineage.scene == Scene::sign_out   ? Deed::sign_out
               : lineage.scene == Scene::password ? Deed::change_password
                                                  : Deed::refresh_spent;
  }

  // Neighbours are the presentations of one session: they run at the same time.
  void play(std::vector<Item>& items) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < workers_.size(); ++thread)
      threads.emplace_back([this, thread, &next, &items] {
        for (auto at = next++; at < items.size(); at = next++) act(thread, items[at]);
      });
  }

  // Until it is answered: as a client that keeps its token and asks again.
  void act(std::size_t thread, Item& item) {
    const auto began = steady_clock::now();
    bool waited = false;
    int unavailable = 0;
    for (;;) {
      const auto status = try_once(thread, item);
      if (status != 503 && status != 0) break;
      unavailable += status == 503 ? 1 : 0;
      waited |= status == 503;
      if (steady_clock::now() - began > max_patience) break;
      if (status == 503) std::this_thread::sleep_for(pause_after_503);
    }
    if (!waited) return;
    const std::scoped_lock lock(mutex_);
    const auto wait = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
    report_.unavailable += unavailable;
    report_.waits.push_back(wait);
    report_.max_wait = std::max(report_.max_wait, wait);
  }

  // The status; 0 = killed.
  int try_once(std::size_t thread, Item& item) {
    auto& store = *stores_[thread];
    try {
      if (item.deed == Deed::change_password) {
        const bool done =
            store.set_password(item.lineage->user.id, item.lineage->user.password_hash, clock_.time);
        return item.status = done ? 204 : 404;
      }
      StandingClock clock;
      clock.time = clock_.time + item.jitter;
      const auto& settings = installation_.settings;
      const auto response = handle(request_of(item, clock.time, settings.site.url),
                                   workers_[thread]->deps(settings, store, clock));
      item.status = response.status;
      item.reason = response.log.reason + (response.log.note.empty() ? "" : " (" + response.log.note + ")");
      item.pair = response.status == 200 ? torture::pair_of(response) : std::nullopt;
      return item.status;
    } catch (const Killed&) {
      return 0;
    } catch (const StoreUnavailable&) {
      return 503;
    }
  }

  void judge(Lineage& lineage, std::span<const Item> items) {
    std::set<std::string> successors;
    bool ended = false;
    for (const auto& item : items) {
      ++report_.requests;
      if (item.pair) successors.insert(item.pair->refresh);
      judge(lineage, item);
      ended |= item.deed != Deed::refresh;
    }
    if (successors.size() > 1) violated(lineage, "it has two successors");
    for (const auto& item : items)
      if (item.pair && item.pair->generation == lineage.current.generation + 1)
        return go_on(lineage, *item.pair, ended);
    if (!ended) return violated(lineage, "nobody got a successor");
    finish(lineage);
  }

  void judge(const Lineage& lineage, const Item& item) {
    const auto answer = std::to_string(item.status) + " " + item.reason;
    if (item.deed == Deed::refresh) {
      const bool may_be_refused = lineage.scene != Scene::refreshes && item.status == 401;
      report_.granted += item.status == 200 ? 1 : 0;
      if (item.status != 200 && !may_be_refused) violated(lineage, "a refresh was answered " + answer);
      if (item.pair && item.pair->generation != lineage.current.generation + 1)
        violated(lineage, "it was answered with generation " + std::to_string(item.pair->generation));
    } else if (item.deed == Deed::refresh_spent) {
      if (item.status != 401) violated(lineage, "a spent token was answered " + answer);
    } else if (item.status != 204) {
      violated(lineage, "a sign-out or a new password was answered " + answer);
    }
  }

  void go_on(Lineage& lineage, const Pair& successor, bool ended) {
    ++report_.moves;
    ++lineage.moves;
    if (lineage.moves >= 2) lineage.spent = before_[lineage.current.session];
    before_[lineage.current.session] = lineage.current;
    lineage.current = successor;
    if (ended) finish(lineage);
  }

  // What was acknowledged as ended lets nobody in, wherever he asks.
  void finish(Lineage& lineage) {
    ++report_.ended;
    clock_.time += milliseconds{1};
    for (std::size_t thread = 0; thread < std::min<std::size_t>(workers_.size(), host_count); ++thread) {
      Item item{.lineage = &lineage, .reason = {}, .pair = {}};
      act(thread, item);
      if (item.status != 401)
        violated(lineage, "after its end a refresh was answered " + std::to_string(item.status));
    }
    before_.erase(lineage.current.session);
    start(lineage);
  }

  // Every node holds the same rows in the end, and each row the generation that its owner holds.
  void check_rows() {
    for (std::size_t host = 0; host < host_count; ++host) {
      auto& store = installation_.store_of(host);
      for (const auto& lineage : lineages_) {
        const auto state =
            patiently([&] { return store.session(lineage.current.session, Freshness::causal); });
        if (!state || state->session.generation != lineage.current.generation)
          violated(lineage, "host " + std::to_string(host) + " holds another generation");
        if (patiently([&] { return store.sessions_of(lineage.user.id).size(); }) != 1)
          violated(lineage, "there is more than one row for one sign-in");
      }
    }
  }

  Installation& installation_;
  const Options& options_;
  Dice dice_;
  StandingClock clock_;
  std::vector<std::unique_ptr<Installation::Worker>> workers_;
  std::vector<std::unique_ptr<ShakyStore>> stores_;
  std::vector<Lineage> lineages_;
  std::map<SessionId, Pair> before_;  // what each owner held one move ago
  std::mutex mutex_;
  RaceReport report_;
};

}  // namespace

RaceReport run_races(Installation& installation, const Options& options, std::uint64_t seed) {
  return Races(installation, options, seed).run();
}

}  // namespace cardea::torture
