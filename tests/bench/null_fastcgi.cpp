// The limit for verify and for gates: a FastCGI program that does nothing but say 204, or 200 where a server
// asks as to an authorizer, with a few threads in FCGX_Accept_r.
//
//   null_fastcgi [SOCKET THREADS]      without a socket: on descriptor 0, with eight threads
#include <fcgiapp.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

void answer_forever(int socket) {
  FCGX_Request request;
  FCGX_InitRequest(&request, socket, 0);
  std::array<char, 4096> rest{};
  while (FCGX_Accept_r(&request) == 0) {
    const char* role = FCGX_GetParam("FCGI_ROLE", request.envp);
    if (role != nullptr && std::strcmp(role, "AUTHORIZER") == 0) {
      FCGX_PutS("Status: 200 OK\r\nVariable-REMOTE_USER: bench\r\n\r\n", request.out);
      continue;
    }
    while (FCGX_GetStr(rest.data(), static_cast<int>(rest.size()), request.in) > 0) {
    }
    FCGX_PutS("Status: 204 No Content\r\nCache-Control: no-store\r\n\r\n", request.out);
  }
}

}  // namespace

int main(int count, char** words) {
  FCGX_Init();
  std::signal(SIGTERM, SIG_DFL);
  const int socket = count > 1 ? FCGX_OpenSocket(words[1], 1024) : 0;
  std::vector<std::thread> threads;
  for (int number = count > 2 ? std::atoi(words[2]) : 8; number > 0; --number)
    threads.emplace_back(answer_forever, socket);
  for (auto& thread : threads) thread.join();
}
