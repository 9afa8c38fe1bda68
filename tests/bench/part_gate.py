"""Gates: a small file behind Cardea's gate, beside the same file behind a gate that always says yes."""

from harness import Gate, site
from limits import libfcgi, runnable
from measure import Figure, compared, load
from part_verify import MANY_WORKERS, bearer, own_side, settings_for

ALWAYS = "a gate that always says yes"
SETTINGS = settings_for("ES256")
# To mod_fcgid a process is good for one request at a time, and one that finds none free waits for a second.
MANY_PROCESSES = MANY_WORKERS + """MaxKeepAliveRequests 0
FcgidMinProcessesPerClass 16
FcgidMaxProcessesPerClass 32
FcgidSpawnScoreUpLimit 1000
"""


def put_files(here):
    for directory in ("members", "open"):
        here.place.directory("documents", directory, mode=0o755)
        here.place.write(f"documents/{directory}/page.txt", "a page\n", mode=0o644)


def compare(here, server, address="/members/page.txt"):
    put_files(here)
    headers, base = bearer(here), f"http://127.0.0.1:{here.port}"
    figure = Figure(f"gate and a file, remembered, 16 clients, {server}", ALWAYS, 0.95)
    return compared(figure, own_side(here, lambda: load(base + address, 16, headers, wanted=200)),
                    lambda: load(base + "/open/page.txt", 16, headers, wanted=200))


def figures():
    with libfcgi() as loop, site("bench-gate", settings=SETTINGS, gates=[Gate("/members/")], processes=1, extra=(
            f'fastcgi.server += ( "/open/" => (( "socket" => "{loop.socket}", "check-local" => "disable", "mode" => "authorizer" )) )\n')) as here:
        yield compare(here, "lighttpd")
    with site("bench-gate", "nginx", settings=SETTINGS, connections=1024) as here, libfcgi(threads=160) as loop:
        here.server.edit = lambda text: text.replace("location / {", f"""location = /_null {{ internal;
  include {here.place.file("cardea_fastcgi.inc")}; fastcgi_pass_request_body off; fastcgi_param REQUEST_METHOD GET;
  fastcgi_pass unix:{loop.socket}; }}
location ^~ /open/ {{ auth_request /_null; }}
location / {{""", 1)
        here.server.restart()
        yield compare(here, "nginx")
    with site("bench-gate", "apache-fcgid", settings=SETTINGS) as here:
        program = runnable(here.place, "null_fastcgi")
        here.server.extra = f'<Directory {here.server.documents}/open>\n  FcgidAccessChecker "{program}"\n</Directory>\n{MANY_PROCESSES}'
        here.server.restart()
        yield compare(here, "Apache mod_fcgid")
