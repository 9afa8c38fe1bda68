// SMTP over sockets: a server in a thread answers from a list, in the open or under TLS with a certificate of its own.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "keys/openssl.h"
#include "mail/smtp.h"
#include "support/temporary_directory.h"
#include "support/threads.h"

using namespace cardea;

namespace {

using Certificate = std::unique_ptr<X509, openssl::Freed<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, openssl::Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, openssl::Freed<SSL_free>>;

void require_done(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

void add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  require_done(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, value);
  X509_EXTENSION_free(extension);
}

// A certificate for 127.0.0.1 and no name, signed by its own key, and an authority to trust as a file.
struct Identity {
  explicit Identity(const std::string& file) : key(EVP_EC_gen("P-256")), certificate(X509_new()) {
    require_done(key && certificate, "no key");
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), NID_subject_alt_name, "IP:127.0.0.1");
    require_done(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "not signed");
    std::FILE* out = std::fopen(file.c_str(), "w");
    require_done(out != nullptr && PEM_write_X509(out, certificate.get()) == 1, "not written");
    std::fclose(out);
  }
  openssl::KeyPointer key;
  Certificate certificate;
};

constexpr const char* begin_tls = "TLS";  // in a list of answers: from here on under TLS

// Answers one connection: each line of the client, and the text up to its dot, with the next of its answers.
class Server {
 public:
  Server(std::vector<std::string> answers, const Identity* identity)
      : answers_(std::move(answers)), identity_(identity) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    require_done(::bind(listener_, generic, size) == 0 && ::listen(listener_, 4) == 0 &&
                     ::getsockname(listener_, generic, &size) == 0,
                 "no listener");
    port = std::to_string(ntohs(address.sin_port));
    threads_.start([this] { serve(); });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { finish(); }

  // What the client said, one entry for each line; waits for the end of the connection.
  std::vector<std::string> heard() {
    finish();
    return heard_;
  }

  std::string port;

 private:
  void finish() {
    if (listener_ < 0) return;
    ::shutdown(listener_, SHUT_RDWR);
    threads_.join();
    ::close(std::exchange(listener_, -1));
  }

  void serve() {
    file_ = ::accept(listener_, nullptr, nullptr);
    if (file_ < 0) return;
    bool open = true;
    for (std::size_t i = 0; open && i < answers_.size(); ++i) {
      if (answers_[i] == begin_tls) {
        open = accept_tls();
        continue;
      }
      open = write_out(answers_[i]);
      if (open && (i + 1 >= answers_.size() || answers_[i + 1] != begin_tls)) open = read_line(answers_[i]);
    }
    while (open && read_line("")) continue;  // until the client leaves
    tls_.reset();
    ::close(file_);
  }

  bool accept_tls() {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context_.get(), identity_->certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity_->key.get());
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), file_);
    return SSL_accept(tls_.get()) == 1;
  }

  bool write_out(const std::string& bytes) {
    if (bytes.empty()) return true;
    const auto size = static_cast<int>(bytes.size());
    if (tls_) return SSL_write(tls_.get(), bytes.data(), size) == size;
    return ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == size;
  }

  // A line, or after 354 all up to the dot.
  bool read_line(const std::string& after) {
    const std::string end = after.starts_with("354") ? "\r\n.\r\n" : "\r\n";
    std::string line;
    while (!line.ends_with(end)) {
      char byte = 0;
      const auto count = tls_ ? SSL_read(tls_.get(), &byte, 1) : static_cast<int>(::recv(file_, &byte, 1, 0));
      if (count != 1) return false;
      line.push_back(byte);
    }
    heard_.push_back(line);
    return true;
  }

  std::vector<std::string> answers_;
  const Identity* identity_;
  std::vector<std::string> heard_;
  int listener_ = -1;
  int file_ = -1;
  Context context_;
  Session tls_;
  testing::Threads threads_;
};

struct Installation {
  Installation() { std::signal(SIGPIPE, SIG_IGN); }  // as main.cpp does
  testing::TemporaryDirectory directory{"smtp"};
  std::string ca_file = directory.file("ca.pem");
  Identity identity{ca_file};

  [[nodiscard]] SmtpSettings settings(const Server& server, SmtpSecurity security) const {
    SmtpSettings settings;
    settings.security = security;
    settings.host = "127.0.0.1";
    settings.port = server.port;
    if (security == SmtpSecurity::none) return settings;
    settings.ca_file = ca_file;
    settings.user = "cardea";
    settings.password = Secret::copy_of("secret");
    return settings;
  }
};

constexpr milliseconds patience{60'000};

Delivery send(const SmtpSettings& settings, milliseconds time = patience) {
  const SmtpMail mail{.from = "noreply@example.com",
                      .to = "ada@example.org",
                      .message = Secret::copy_of("Subject: x\n\n.Hello\n")};
  return send_by_smtp(mail, settings, time);
}

const std::string hello = "250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n";
const std::string ok = "250 ok\r\n";
const std::vector<std::string> under_tls{hello, "334 \r\n", "235 ok\r\n", ok, ok, "354 go on\r\n", ok};

std::vector<std::string> after(std::vector<std::string> first, const std::vector<std::string>& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

const std::string text_on_the_wire = "Subject: x\r\n\r\n..Hello\r\n.\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(smtp_network, Installation)

BOOST_AUTO_TEST_CASE(in_the_open_on_this_host) {
  Server server({"220 x\r\n", "250 x\r\n", ok, ok, "354 go on\r\n", ok}, nullptr);
  BOOST_CHECK(send(settings(server, SmtpSecurity::none)).outcome == Outcome::taken);
  const auto heard = server.heard();
  BOOST_REQUIRE(heard.size() >= 5U);
  BOOST_TEST(heard[4] == text_on_the_wire);
}

BOOST_AUTO_TEST_CASE(under_tls_from_the_first_byte) {
  Server server(after({begin_tls, "220 x\r\n"}, under_tls), &identity);
  const auto delivery = send(settings(server, SmtpSecurity::tls));
  BOOST_CHECK(delivery.outcome == Outcome::taken);
  BOOST_TEST(delivery.why == "");
  const auto heard = server.heard();
  BOOST_REQUIRE(heard.size() >= 7U);
  BOOST_TEST(heard[6] == text_on_the_wire);
}

BOOST_AUTO_TEST_CASE(under_tls_after_starttls) {
  Server server(after({"220 x\r\n", hello, "220 go ahead\r\n", begin_tls, ""}, under_tls), &identity);
  const auto delivery = send(settings(server, SmtpSecurity::starttls));
  BOOST_CHECK(delivery.outcome == Outcome::taken);
  BOOST_TEST(delivery.why == "");
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_name_or_of_an_unknown_authority_is_refused) {
  struct Row {
    std::string host;
    bool trusted;
    std::string why;
  };
  for (const Row& row : {Row{"127.0.0.1", false, "its certificate is refused: self-signed certificate"},
                         Row{"localhost", true, "its certificate is refused: hostname mismatch"}}) {
    Server server({begin_tls, "220 x\r\n"}, &identity);
    auto chosen = settings(server, SmtpSecurity::tls);
    chosen.host = row.host;
    if (!row.trusted) chosen.ca_file.clear();
    const auto delivery = send(chosen);
    BOOST_CHECK(delivery.outcome == Outcome::later);
    BOOST_TEST(delivery.why.find(row.why) != std::string::npos, delivery.why);
    BOOST_TEST(server.heard().empty());
  }
}

BOOST_AUTO_TEST_CASE(bytes_sent_together_with_the_answer_to_starttls_are_an_error) {
  Server server({"220 x\r\n", hello, "220 go ahead\r\n250 AUTH PLAIN\r\n", begin_tls, "250 x\r\n"},
                &identity);
  const auto delivery = send(settings(server, SmtpSecurity::starttls));
  BOOST_CHECK(delivery.outcome == Outcome::later);
  // Which one depends on whether the bytes came in one piece with the answer.
  BOOST_TEST((delivery.why.find("before TLS") != std::string::npos ||
              delivery.why.find("cannot connect") != std::string::npos),
             delivery.why);
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_costs_no_more_than_the_patience) {
  Server server({""}, nullptr);
  const auto began = std::chrono::steady_clock::now();
  const auto delivery = send(settings(server, SmtpSecurity::none), milliseconds{300});
  BOOST_CHECK(delivery.outcome == Outcome::later);
  BOOST_TEST(delivery.why == "no answer to the connection came in time");
  BOOST_CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{60});
}

BOOST_AUTO_TEST_CASE(a_server_that_talks_without_end_is_left) {
  std::string much;
  for (int i = 0; i < 1000; ++i) much += "220-x\r\n";
  Server server({much}, nullptr);
  const auto delivery = send(settings(server, SmtpSecurity::none));
  BOOST_CHECK(delivery.outcome == Outcome::later);
  BOOST_TEST(delivery.why == "the answer to the connection is no SMTP, or too long");
}

BOOST_AUTO_TEST_SUITE_END()
