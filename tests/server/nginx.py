"""nginx with Cardea behind it as a service, by conf/nginx.conf."""

import os
import shutil
import signal

from conf_files import Php, filled_in, sign_in_pages
from processes import Failure, Process, last_words, listens, wait_until

WAYS = ("nginx",)


class Nginx:
    """A server on cardea.port with the gates of conf/nginx.conf, files from .documents and PHP.

    edit: a function that changes the text of the site's file, for a test of what would be wrong with it.
    connections: of a worker, with clients and programs together.
    """

    def __init__(self, cardea, way="nginx", edit=None, connections=64):
        self.cardea, self.way, self.edit, self.connections = cardea, way, edit or (lambda text: text), connections
        self.place, self.port, self.mount = cardea.place, cardea.port, cardea.mount
        self.documents = self.place.directory("documents", mode=0o755)
        self.php = self.served = self._process = self.deaths = None

    def start(self):
        self.php = self.php or Php(self.place)
        if self.served is None or not self.served.alive():
            self.served = self.cardea.serve()
        self._write_files()
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        config = self.place.write("nginx.conf", self._base())
        self._process = Process([program, "-p", self.place.path, "-e", self.place.log("nginx-error"), "-c", config],
                                self.place.log("nginx-output"))
        wait_until(lambda: listens(self.port) or not self._process.alive(), "nginx listens")
        if not self._process.alive():
            raise Failure(f"nginx ended with {self._process.exit_status()}: {last_words(self.place)}")
        return self

    def stop(self):
        return self._process.stop(signal.SIGQUIT)

    def restart(self):
        self.stop()
        self.start()

    def close(self):
        for process in (self._process, self.served):
            if process is not None:
                process.release()
        if self.php is not None:
            self.php.close()

    def workers(self):
        """Ids of the processes that answer for the program."""
        return [self.served.pid, *self.served.family()]

    def _write_files(self):
        for name in ("cardea_fastcgi.inc", "cardea_php.inc"):
            self.place.write(name, filled_in(name, {}))
        self.place.write("site.conf", self.edit(filled_in("nginx.conf", {
            "listen 80;": f"listen 127.0.0.1:{self.port};",
            "/etc/nginx/": self.place.path + "/",
            "/var/www/html": self.documents,
            "/usr/local/share/cardea/htdocs": sign_in_pages(self.place),
            "unix:/run/cardea/cardea.sock": self.served.address,
            "/run/php/php-fpm.sock": self.php.socket,
        })))

    def _base(self):
        user = "user root;" if os.geteuid() == 0 else ""
        kinds = ("client_body", "fastcgi", "proxy", "scgi", "uwsgi")
        temporary = "\n".join(f"  {kind}_temp_path {self.place.directory('nginx-' + kind)};" for kind in kinds)
        return f"""{user}
daemon off;
worker_processes 1;
pid {self.place.file("nginx.pid")};
error_log {self.place.log("nginx-error")};
events {{ worker_connections {self.connections}; }}
http {{
{temporary}
  access_log {self.place.file("nginx-access.log")};
  types {{ text/html html; text/plain txt; text/css css; text/javascript js; image/svg+xml svg; }}
  include {self.place.file("site.conf")};
}}
"""
