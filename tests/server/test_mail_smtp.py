"""Mail by SMTP: `cardea mail test` and `cardea check` before a server of the test's own with TLS and a password.

Not yet before a mail server of Debian: opensmtpd of Debian 12 cannot do TLS, and postfix would replace the machine's own.
"""

import base64
import contextlib
import socket
import ssl
import subprocess

from harness import Threads, for_each, site

USER, SECRET, ADDRESS = "noreply@example.com", "a secret: p\"ss", "ada@example.org"


class SmtpServer:
    """Takes letters by smtps or STARTTLS, after AUTH PLAIN; keeps them in .letters."""

    def __init__(self, place, starttls):
        self.certificate, key = place.file("smtp.pem"), place.file("smtp.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", self.certificate, "-days",
                        "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        self.starttls, self.letters = starttls, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = Threads()
        self.threads.start(self._serve)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self.threads.wait(30)
        self.listener.close()

    def url(self):
        scheme = "smtp+starttls" if self.starttls else "smtps"
        return f"{scheme}://{USER.replace('@', '%40')}@127.0.0.1:{self.port}?ca={self.certificate}"

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with contextlib.suppress(OSError), connection:
                    connection.settimeout(30)
                    self._talk(connection)

    def _talk(self, connection):
        secure = not self.starttls
        if secure:
            connection = self.context.wrap_socket(connection, server_side=True)
        file, signed_in = connection.makefile("rb"), False
        connection.sendall(b"220 test ESMTP\r\n")
        while line := file.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"EHLO":
                answer = b"250-test\r\n250 " + (b"AUTH PLAIN" if secure else b"STARTTLS")
            elif word == b"STARTTLS" and not secure:
                connection.sendall(b"220 go ahead\r\n")
                connection, secure = self.context.wrap_socket(connection, server_side=True), True
                file = connection.makefile("rb")
                continue
            elif word == b"AUTH" and secure:
                connection.sendall(b"334 \r\n")
                signed_in = base64.b64decode(file.readline()) == f"\0{USER}\0{SECRET}".encode()
                answer = b"235 2.7.0 ok" if signed_in else b"535 5.7.8 no"
            elif word == b"RCPT" and b"nobody" in line:
                answer = b"550 5.1.1 <nobody@example.org>: no such user"
            elif word in (b"MAIL", b"RCPT") and signed_in:
                answer = b"250 2.1.0 ok"
            elif word == b"DATA" and signed_in:
                connection.sendall(b"354 go on\r\n")
                self.letters.append(b"".join(iter(file.readline, b".\r\n")))
                answer = b"250 2.0.0 queued"
            else:
                answer = b"221 bye" if word == b"QUIT" else b"530 5.7.0 sign in"
            connection.sendall(answer + b"\r\n")


@for_each(starttls=(True, False))
def test_a_letter_goes_out_over_tls_after_signing_in(starttls):
    with site("smtp", users=()) as here, contextlib.closing(SmtpServer(here.place, starttls)) as server:
        secret = here.place.write("smtp-password", SECRET + "\n")
        here.cardea.configure({"mail": {"smtp": server.url(), "password_file": secret, "from": USER}})
        assert "has taken the email to " + ADDRESS in here.cardea.command("mail", "test", ADDRESS)
        letter, = server.letters
        for part in (b"To: " + ADDRESS.encode(), b"\r\nDate: ", b"\r\nMessage-ID: ", b"\r\nAuto-Submitted: "):
            assert part in letter, letter
        assert "it takes the user and the password" in here.cardea.run("check").stdout

        refused = here.cardea.run("mail", "test", "nobody@example.org")
        assert refused.returncode == 1 and "refused: the answer to RCPT TO is 550 5.1.1" in refused.stderr, refused
        here.place.write("smtp-password", "wrong\n")
        wrong = here.cardea.run("mail", "test", ADDRESS)
        assert wrong.returncode == 1 and "535 5.7.8" in wrong.stderr and "wrong\n" not in wrong.stderr, wrong
        here.cardea.configure({"mail": {"smtp": server.url().partition("?")[0]}})
        unknown = here.cardea.run("mail", "test", ADDRESS)
        assert unknown.returncode == 1 and "certificate is refused" in unknown.stderr, unknown
        assert len(server.letters) == 1
