"""The five systems of conf/recipes/ as they would run: their own file, MariaDB, a web server that ends TLS, and a clock
that a test moves.

    with recipe("taskstock") as here:
        app = here.app()
        app.register("alice@example.com")
        here.clock.move(days=8)
        app.renew()

The clock is libfaketime's: it stands between the program and libc, and nothing in the program knows of it. What is shipped has
its libc inside, so that nothing can stand between: with a clock runs build/cardea-on-libc, which is linked from the same objects.
recipe(…, shipped=True) runs build/cardea itself, by the machine's clock.
"""

import configparser
import contextlib
import datetime
import http.client
import math
import os
import select
import ssl
import subprocess
import threading
import time

from browser import Answer, Browser
import cardea as cardea_module
from cardea import Cardea
from conf_files import text_of
from lighttpd import Lighttpd
from mariadb import MariaDB
from nginx import Nginx
from processes import Failure, Place, Process, clean_environment, free_port, listens, wait_until

PASSWORD = "correct horse battery"
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"

seen = []  # (system, step, what was seen): the table of `make recipes`


def note(system, step, what):
    seen.append((system, step, str(what)))


class Clock:
    """The clock of the programs that run with .environment: the machine's, and what move() has added."""

    def __init__(self, place):
        self.place, self.offset = place, 0
        self._write()
        self.environment = {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": self.file, "FAKETIME_NO_CACHE": "1",
                            "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}

    def _write(self):
        self.file = self.place.write("clock", f"+{self.offset}\n")

    def move(self, **how_far):
        """Forward, by the arguments of datetime.timedelta."""
        self.offset += int(datetime.timedelta(**how_far).total_seconds())
        self._write()

    def move_to(self, moment):
        """To that Unix time, or a part of a second later."""
        self.offset += max(0, math.ceil(moment - self.now()))
        self._write()

    def now(self):
        return time.time() + self.offset

    def day(self, days=0):
        """The date that it is in so many days, as cardea.ini wants it."""
        return time.strftime("%Y-%m-%d", time.gmtime(self.now() + 86400 * days))


class MachineClock(Clock):
    """The machine's own clock, which no test moves."""

    def __init__(self):
        self.offset, self.environment = 0, {}

    def _write(self):
        raise Failure("the shipped program runs by the machine's clock")


class Secure(Browser):
    """A client that speaks https with 127.0.0.1 and takes it for the site."""

    def __init__(self, here):
        super().__init__(here.port, here.url)
        self.here = here

    def twin(self):
        twin = type(self)(self.here)
        twin.jar = self.jar.copy()
        return twin

    def _exchange(self, method, path, body, headers):
        connection = self.here.connection()
        try:
            connection.request(method, path, body=body, headers={"Host": self.here.host, **headers})
            response = connection.getresponse()
            return Answer(response.status, response.reason, response.getheaders(), response.read(), path)
        except BaseException:
            connection.close()
            raise


class App:
    """A mobile app: keeps the tokens of the answers itself, and no password."""

    def __init__(self, here, device="phone"):
        self.here, self.device, self.browser = here, device, Secure(here)
        self.access = self.refresh = self.answer = None

    def post(self, path, fields=None, **headers):
        return self.browser.post(self.here.mount + path, json=fields or {}, headers=headers, cookies=False)

    def take(self, answer, status=200):
        assert answer.status == status, answer
        self.answer = answer.json()
        self.access, self.refresh = self.answer["access_token"], self.answer["refresh_token"]
        return answer

    def register(self, email, status=201):
        return self.take(self.post("/register", {"email": email, "password": PASSWORD, "device_id": self.device}), status)

    def sign_in(self, email, **more):
        return self.take(self.post("/login", {"email": email, "password": PASSWORD, "device_id": self.device, **more}))

    def try_to_renew(self, **fields):
        return self.post("/refresh", {"refresh_token": self.refresh, **fields})

    def renew(self, **fields):
        return self.take(self.try_to_renew(**fields))

    def get(self, path, token=None):
        return self.browser.get(self.here.mount + path, cookies=False,
                                headers={"Authorization": "Bearer " + (token or self.access)})

    def verify(self, token=None, scope=None):
        return self.get("/verify" + (f"?scope={scope}" if scope else ""), token)


class Balancer:
    """nginx that ends TLS and hands on plain http, as a load balancer does: with what it knows of the client."""

    def __init__(self, here, behind):
        self.port, place = free_port(), here.place
        kinds = ("client_body", "fastcgi", "proxy", "scgi", "uwsgi")
        temporary = "\n".join(f"  {kind}_temp_path {place.directory('balancer-' + kind)};" for kind in kinds)
        config = place.write("balancer.conf", f"""{"user root;" if os.geteuid() == 0 else ""}
daemon off;
worker_processes 1;
pid {place.file("balancer.pid")};
error_log {place.log("balancer-error")};
events {{ worker_connections 256; }}
http {{
{temporary}
  access_log off;
  server {{
    listen 127.0.0.1:{self.port} ssl;
    ssl_certificate {here.certificate};
    ssl_certificate_key {here.certificate_key};
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
""")
        self.process = Process(["/usr/sbin/nginx", "-p", place.path, "-e", place.log("balancer-error"), "-c", config],
                               place.log("balancer-output"))
        wait_until(lambda: listens(self.port) or not self.process.alive(), "the balancer listens")
        if not self.process.alive():
            raise Failure("nginx ended")


class Recipe:
    """A running system: .cardea .clock .database .url .host .port (of https) .mount .plain_port (behind a balancer)"""

    def __init__(self, name, stack, settings, balancer, shipped):
        self.name, self.mount, self.server = name + (" (shipped)" if shipped else ""), "/auth", None
        self._kept = threading.local()
        self.place = Place("recipe-" + name)
        stack.callback(self.place.close)
        self.clock = MachineClock() if shipped else Clock(self.place)
        self.database = stack.enter_context(contextlib.closing(MariaDB(self.place)))
        ini = settings_of(name)
        self.url = ini["site"]["url"]
        self.host = self.url.removeprefix("https://")
        self._make_certificate()
        self.plain_port = free_port()
        self.cardea = Cardea(self.place, self.plain_port, self._merged(ini, settings or {}), self.database)
        self.cardea.environment = self.clock.environment
        self.cardea.binary = self.cardea.reachable(cardea_module.BINARY + ("" if shipped else "-on-libc"))
        self.cardea.prepare()
        self._start(stack, balancer)

    def _merged(self, ini, changes):
        merged = {section: dict(values) for section, values in ini.items()}
        merged["database"].pop("url")
        if "introspection_secret_file" in merged["tokens"]:
            self.introspection_secret = os.urandom(32).hex()
            self.place.write(merged["tokens"]["introspection_secret_file"], self.introspection_secret + "\n")
        for section, values in changes.items():
            merged.setdefault(section, {}).update(values)
        return merged

    def _make_certificate(self):
        self.certificate, self.certificate_key = self.place.file("tls.pem"), self.place.file("tls.key")
        done = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", f"/CN={self.host}", "-addext", f"subjectAltName=DNS:{self.host}", "-keyout", self.certificate_key,
             "-out", self.certificate], capture_output=True, text=True, env=clean_environment())
        if done.returncode != 0:
            raise Failure(done.stderr)
        self.trust = ssl.create_default_context(cafile=self.certificate)
        self.trust.check_hostname = False  # we connect to 127.0.0.1

    def _start(self, stack, balancer):
        if balancer:
            self.server = stack.enter_context(contextlib.closing(Lighttpd(self.cardea, "serve"))).start()
            front = Balancer(self, self.plain_port)
            stack.callback(front.process.release)
            self.port = front.port
        else:
            self.port = self.plain_port
            self.server = stack.enter_context(contextlib.closing(Nginx(self.cardea, edit=self._with_tls))).start()

    def _with_tls(self, text):
        plain = f"listen 127.0.0.1:{self.port};"
        assert plain in text
        return text.replace(plain, f"listen 127.0.0.1:{self.port} ssl;\n    ssl_certificate {self.certificate};\n"
                                   f"    ssl_certificate_key {self.certificate_key};")

    def restart(self, settings):
        """Changes settings, and starts the program and its server anew, as a host would."""
        self.server.stop()
        self.server.served.stop()
        self.cardea.configure(settings)
        self.server.start()

    def connection(self):
        """The connection that this thread keeps: handshakes would cost more than all else. One that the server has closed is
        opened again before anything is sent, so that no request is ever sent twice."""
        kept = getattr(self._kept, "connection", None)
        if kept is None:
            kept = self._kept.connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=self.trust)
        if kept.sock is not None and select.select([kept.sock], [], [], 0)[0]:
            kept.close()  # the next request opens it
        return kept

    def app(self, device="phone"):
        return App(self, device)

    def browser(self):
        return Secure(self)

    def rows(self, statement):
        return self.database.rows(statement)

    def note(self, step, what):
        note(self.name, step, what)


def settings_of(name):
    """conf/recipes/NAME.ini, as {section: {key: value}}."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))
    parser.read_string(text_of(f"recipes/{name}.ini"))
    return {section: dict(parser[section]) for section in parser.sections()}


@contextlib.contextmanager
def recipe(name, settings=None, balancer=False, shipped=False):
    """The system of conf/recipes/NAME.ini, with changes to its settings, started and ready. shipped: see above."""
    with contextlib.ExitStack() as stack:
        here = None
        try:
            here = Recipe(name, stack, settings, balancer, shipped)
            yield here
        except BaseException:
            if here is not None:
                here.place.note_failure()
            raise
