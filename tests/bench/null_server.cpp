// The limit for verify: the program's own FastCGI server, with every request answered by 204 before anything looks
// at it. What is left is reading a request and sending an answer, as the program itself does it.
//
//   null_server CONFIG [SOCKET]      without a socket: on descriptor 0
//
// The Makefile links a copy of the archive of src/server in which `exchange` is weak, so that the one below
// replaces it.
#include <cstdlib>
#include <iostream>

#include "config/load.h"
#include "server/application.h"
#include "server/fastcgi.h"

namespace cardea {

// FILL IN HERE when src/server/fastcgi.* asks something else for the answer: this function has to be what the server
// calls for a complete request, and the symbol that the Makefile makes weak has to be its name.
// tests/bench/limits.py refuses to measure if the answer is not the one below.
std::string exchange(const Environment& environment, Secret /*body*/, ThreadContext& /*thread*/) {
  if (is_authorizer(environment)) return "Status: 200 OK\r\nVariable-REMOTE_USER: bench\r\n\r\n";
  return "Status: 204 No Content\r\nCache-Control: no-store\r\nX-Bench: unseen\r\n\r\n";
}

}  // namespace cardea

namespace {

[[noreturn]] void leave(const std::string& cause) {
  std::cerr << "null_server: " << cause << "\n";
  std::exit(2);
}

cardea::Settings settings_of(const std::string& path) {
  auto loaded = cardea::load_settings(path);
  if (auto* settings = std::get_if<cardea::Settings>(&loaded)) return std::move(*settings);
  leave(path + ": the configuration is not valid");
}

cardea::Descriptor listener_of(int count, char** words) {
  if (count < 3) return cardea::Descriptor(0);
  auto opened = cardea::open_listener(std::string("unix:") + words[2], 0660);
  if (auto* listener = std::get_if<cardea::Descriptor>(&opened)) return std::move(*listener);
  leave(std::get<cardea::ListenError>(opened).message);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) leave("usage: null_server CONFIG [SOCKET]");
  cardea::Application application(settings_of(words[1]));
  return cardea::serve_fastcgi(listener_of(count, words), application, {});
}
