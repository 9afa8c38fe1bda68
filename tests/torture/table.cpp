#include "torture/table.h"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <stdexcept>

#include "store/sessions.h"
#include "store/sql/pool.h"
#include "support/browser.h"
#include "torture/clockwork.h"
#include "torture/installation.h"
#include "web/cookies.h"
#include "web/handle.h"

namespace cardea::torture {
namespace {

using std::chrono::steady_clock;

constexpr int few = 100;
constexpr int blocks = 40;
constexpr int block_size = 50;
constexpr int rows_in_a_transaction = 1000;

DatabaseSettings with_prefix_of(DatabaseSettings database, const std::string& prefix) {
  database.table_prefix = prefix;
  if (database.kind == DatabaseKind::sqlite) database.path += "." + prefix;
  return database;
}

class Table {
 public:
  Table(const DatabaseSettings& database, int rows)
      : installation_(database), worker_(installation_, beginning), user_(installation_.new_user(beginning)) {
    clock_.time = beginning;
    if (!installation_.store_of(0).add_user(user_)) throw std::logic_error("the e-mail is in use");
    fill(database, rows);
  }

  // Microseconds of one refresh in a block of refreshes, each of another session.
  double block() {
    clock_.time += std::chrono::minutes{1};
    const auto began = steady_clock::now();
    for (int count = 0; count < block_size; ++count) refresh(sampled_[next_++ % sampled_.size()]);
    return std::chrono::duration<double, std::micro>(steady_clock::now() - began).count() / block_size;
  }

 private:
  void fill(const DatabaseSettings& database, int rows) {
    const auto connection = open_connection(database, 0, MissingFile::refuse);
    for (int row = 0; row < rows; ++row) {
      if (row % rows_in_a_transaction == 0) connection->execute("BEGIN");
      const auto session = new_session();
      const auto values = values_of(session);
      connection->run(sql_text::add_session, values, Freshness::plain);
      if (row % std::max(rows / few, 1) == 0) sampled_.push_back(session);
      if ((row + 1) % rows_in_a_transaction == 0 || row + 1 == rows) connection->execute("COMMIT");
    }
  }

  Session new_session() {
    Session session;
    session.id = SessionId::make(beginning, installation_.entropy);
    session.user = user_.id;
    session.device_id = session.id.text();
    session.nonce = random_array<16>(installation_.entropy);
    session.method = "password";
    session.created_at = beginning;
    session.idle_until = beginning + installation_.settings.tokens.refresh_ttl;
    return session;
  }

  void refresh(Session& session) {
    const Caller caller{.now = clock_.time, .address = *parse_address("192.0.2.7"), .user_agent = "Torture"};
    const auto deps = worker_.deps(installation_.settings, installation_.store_of(0), clock_);
    const auto grant = make_grant({session, user_}, caller, deps);
    Request request;
    request.now = clock_.time;
    request.method = "POST";
    request.path = "/auth/refresh";
    request.secure = true;
    request.client = caller.address;
    request.headers = {
        {"origin", installation_.settings.site.url},
        {"cookie", std::string(testing::access_cookie) + "=" + std::string(grant.access_token.reveal()) +
                       "; " + std::string(testing::refresh_cookie) + "=" +
                       std::string(grant.refresh_token.reveal())}};
    request.cookies = parse_cookies(request.header("cookie"));
    if (handle(request, deps).status != 200) throw std::logic_error("a refresh was refused");
    ++session.generation;
    session.rotated_at = clock_.time;
  }

  Installation installation_;
  Installation::Worker worker_;
  User user_;
  StandingClock clock_;
  std::vector<Session> sampled_;
  std::size_t next_ = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

void measure_table(const DatabaseSettings& database, int rows, std::ostream& out) {
  Table small(with_prefix_of(database, "few_"), few);
  Table large(with_prefix_of(database, "many_"), rows);
  std::vector<double> small_costs;
  std::vector<double> large_costs;
  std::vector<double> ratios;
  for (int block = 0; block < blocks; ++block) {
    small_costs.push_back(small.block());
    large_costs.push_back(large.block());
    ratios.push_back(large_costs.back() / small_costs.back());
  }
  out << std::fixed << std::setprecision(0) << "a refresh that rotates: " << median(small_costs)
      << " us among " << few << " sessions, " << median(large_costs) << " us among " << rows
      << "; median ratio " << std::setprecision(2) << median(ratios) << '\n';
}

}  // namespace cardea::torture
