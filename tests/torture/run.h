// Plays a history against the real code: every request goes through handle(), and every answer is judged.
#pragma once

#include <array>
#include <optional>
#include <set>

#include "torture/checker.h"
#include "torture/faults.h"
#include "torture/installation.h"
#include "torture/mutants.h"
#include "torture/violation.h"

namespace cardea::torture {

struct Score {
  std::int64_t histories = 0;
  std::int64_t requests = 0;
  std::int64_t refreshes = 0;  // judged
  std::int64_t granted = 0;    // refreshes answered with 200
  std::int64_t faults = 0;
  void add(const Score& other);
};

// One host's thread after another's, all at once in the same process.
using Hosts = std::array<Installation::Worker, host_count>;

class Run {
 public:
  // mutant: a planted bug, or nullptr.
  Run(Installation& installation, Hosts& hosts, const History& history, const Mutant* mutant);

  // Nothing: every invariant held.
  [[nodiscard]] std::optional<Violation> play();
  [[nodiscard]] Score score() const;

 private:
  // The store of whichever host runs now.
  class AtHost final : public ForwardingStore {
   public:
    AtHost(Installation& installation, const Clockwork& clockwork)
        : ForwardingStore(installation.store_of(0)), installation_(installation), clockwork_(clockwork) {}

   private:
    Store& next() override { return installation_.store_of(static_cast<std::size_t>(clockwork_.host)); }
    Installation& installation_;
    const Clockwork& clockwork_;
  };

  void perform(const std::vector<Step>& steps);
  void perform(const Step& step);
  void perform_inside(const std::vector<Step>& steps);
  void finish();

  // Web requests.
  [[nodiscard]] Request request(const Step& step, std::string_view method, const std::string& path) const;
  Exchange send(const Step& step, const Request& request);
  // Runs what one request does, with the step's faults, and fills in what happened to it.
  void in_frame(const Step& step, Exchange& exchange, const std::function<void()>& work);
  [[nodiscard]] Jar& jar(int who) { return jars_.at(static_cast<std::size_t>(who)); }
  [[nodiscard]] User& user_of(int who) { return users_.at(static_cast<std::size_t>(who % user_count)); }
  [[nodiscard]] bool is_thief(int who) const { return who >= client_count; }

  void sign_in(const Step& step);
  void refresh(const Step& step);
  void visit(const Step& step);
  void sign_out(const Step& step, bool everywhere);
  void sign_out_device(const Step& step);
  void administer(const Step& step);
  void restore(const Step& step);
  void purge();
  void stray(const Step& step);
  void excuse_all(const User& user);
  // Sends what ends sessions of a user. A sign-in that comes in meanwhile may be ended by it or not.
  Exchange send_ending(const User& user, const Step& step, const Request& request);

  Installation& installation_;
  Hosts& hosts_;
  const History& history_;
  Settings settings_;
  Clockwork clockwork_;
  AtHost base_;
  TruthStore truth_;
  FaultStore faults_;
  std::unique_ptr<Store> broken_;
  Store& front_;
  Checker checker_;
  std::array<User, user_count> users_;
  std::array<Jar, client_count + thief_count> jars_;
  Frame* frame_ = nullptr;
  int inner_writes_ = 0;  // of requests inside the one that runs
  int requests_ = 0;
  std::int64_t granted_ = 0;
  int keys_made_ = 0;
  std::optional<Digest> next_key_;  // of the request that is sent next
  int restored_ = 0;
  std::multiset<UserId> ending_;  // whose sessions are being ended by a request that is under way
};

// Plays the history of a seed on hosts of its own making.
[[nodiscard]] Hosts make_hosts(Installation& installation);

}  // namespace cardea::torture
