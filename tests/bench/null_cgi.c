/* The limit for plain CGI: a static program that says 204. */
#include <unistd.h>

int main(void) {
  static const char answer[] = "Status: 204 No Content\r\nCache-Control: no-store\r\n\r\n";
  return write(1, answer, sizeof answer - 1) == (ssize_t)(sizeof answer - 1) ? 0 : 1;
}
