// The limit for verify: a FastCGI responder that does nothing but say 204, with four threads in FCGX_Accept_r.
#include <fcgiapp.h>

#include <array>
#include <csignal>
#include <thread>

namespace {

void answer_forever() {
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  std::array<char, 4096> rest{};
  while (FCGX_Accept_r(&request) == 0) {
    while (FCGX_GetStr(rest.data(), static_cast<int>(rest.size()), request.in) > 0) {
    }
    FCGX_PutS("Status: 204 No Content\r\nCache-Control: no-store\r\n\r\n", request.out);
  }
}

}  // namespace

int main() {
  FCGX_Init();
  std::signal(SIGTERM, SIG_DFL);
  std::array<std::thread, 4> threads;
  for (auto& thread : threads) thread = std::thread(answer_forever);
  for (auto& thread : threads) thread.join();
}
