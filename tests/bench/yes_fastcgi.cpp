// The limit for the gate: a FastCGI authorizer that lets everybody in, with four threads in FCGX_Accept_r.
#include <fcgiapp.h>

#include <array>
#include <csignal>
#include <thread>

namespace {

void say_yes_forever() {
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  while (FCGX_Accept_r(&request) == 0) FCGX_PutS("Status: 200 OK\r\n\r\n", request.out);
}

}  // namespace

int main() {
  FCGX_Init();
  std::signal(SIGTERM, SIG_DFL);
  std::array<std::thread, 4> threads;
  for (auto& thread : threads) thread = std::thread(say_yes_forever);
  for (auto& thread : threads) thread.join();
}
