"""Shared caches as they stand in front of a site: nginx's proxy_cache and Apache's mod_cache."""

import contextlib
import shutil
import signal

from apache import MODULES, STANDARD, server_owner
from processes import Failure, Place, Process, free_port, listens, wait_until


class SharedCache:
    """A cache on .port in front of the site on a port. It keeps what it may keep for ten minutes, whatever the cookies."""

    name = None

    def __init__(self, place, origin_port):
        self.place, self.origin, self.port = place, origin_port, free_port()
        self._process = Process(self._command(), place.log(f"{self.name}-cache-output"), directory=place.path,
                                owner=place.owner)
        wait_until(lambda: listens(self.port) or not self._process.alive(), f"the cache of {self.name} listens")
        if not self._process.alive():
            raise Failure(f"the cache of {self.name} ended with {self._process.exit_status()}")

    def close(self):
        if self._process.alive():
            self._process.stop(signal.SIGTERM)
        self._process.release()


class NginxCache(SharedCache):
    name = "nginx"

    def _command(self):
        kinds = ("client_body", "fastcgi", "proxy", "scgi", "uwsgi")
        temporary = "\n".join(f"  {kind}_temp_path {self.place.directory('cache-' + kind)};" for kind in kinds)
        config = self.place.write("nginx-cache.conf", f"""daemon off;
worker_processes 1;
pid {self.place.file("nginx-cache.pid")};
events {{ worker_connections 64; }}
http {{
{temporary}
  access_log off;
  proxy_cache_path {self.place.directory("nginx-cache")} keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{self.port};
    location / {{
      proxy_pass http://127.0.0.1:{self.origin};
      proxy_set_header Host $http_host;
      proxy_cache pages;
      proxy_cache_valid 200 301 404 10m;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
""")
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        return [program, "-p", self.place.path, "-e", self.place.log("nginx-cache-error"), "-c", config]


class ApacheCache(SharedCache):
    name = "Apache"

    def _command(self):
        modules = (*STANDARD, "proxy", "proxy_http", "cache", "cache_disk")
        loads = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in modules)
        config = self.place.write("apache-cache.conf", f"""{loads}
ServerName 127.0.0.1
Listen 127.0.0.1:{self.port}
PidFile {self.place.file("apache-cache.pid")}
DefaultRuntimeDir {self.place.directory("apache-cache-run")}
ErrorLog {self.place.file("apache-cache-error.log")}
TypesConfig /dev/null
ServerLimit 1
StartServers 1
ThreadsPerChild 8
MaxRequestWorkers 8
DocumentRoot {self.place.directory("apache-cache-documents")}
CacheRoot {self.place.directory("apache-cache")}
CacheEnable disk /
CacheDefaultExpire 600
CacheIgnoreNoLastMod On
CacheHeader On
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:{self.origin}/
""")
        program = shutil.which("apache2") or "/usr/sbin/apache2"
        self.place.logs["apache-cache"] = self.place.file("apache-cache-error.log")
        return [program, "-d", self.place.path, "-f", config, "-DFOREGROUND"]


@contextlib.contextmanager
def shared_caches(origin_port):
    """{name: a running cache in front of the site on that port}. They need a Place that Apache's user owns."""
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(contextlib.closing(Place("caches", server_owner())))
        yield {kind.name: stack.enter_context(contextlib.closing(kind(place, origin_port)))
               for kind in (NginxCache, ApacheCache)}
