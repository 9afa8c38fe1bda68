"""Gates: a small file behind Cardea's gate, beside the same file behind a gate that always says yes."""

from harness import Gate, site
from measure import BUILD, Figure, in_turns, load
from part_verify import MANY_WORKERS, bearer, lighttpd_null, null_on_a_socket, settings_for

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
    for warm_up in (address, "/open/page.txt"):
        load(base + warm_up, 16, headers, wanted=200, seconds=2)
    figure = Figure(f"gate and a file, 16 clients, {server}", ALWAYS, 0.95)
    return in_turns(figure, lambda: load(base + address, 16, headers, wanted=200),
                    lambda: load(base + "/open/page.txt", 16, headers, wanted=200))


def figures():
    with site("bench-gate", settings=SETTINGS, gates=[Gate("/members/")], processes=1,
              extra=lighttpd_null("/open/", mode="authorizer")) as here:
        yield compare(here, "lighttpd")
    with site("bench-gate", "nginx", settings=SETTINGS, connections=512) as here, null_on_a_socket(here.place) as null:
        here.server.edit = lambda text: text.replace("location / {", f"""location = /_null {{ internal;
  include {here.place.file("cardea_fastcgi.inc")}; fastcgi_pass_request_body off; fastcgi_param REQUEST_METHOD GET;
  fastcgi_pass unix:{null}; }}
location ^~ /open/ {{ auth_request /_null; }}
location / {{""", 1)
        here.server.restart()
        yield compare(here, "nginx")
    with site("bench-gate", "apache-fcgid", settings=SETTINGS) as here:
        null = f"{here.place.directory('lib', mode=0o755)}/null_fastcgi"
        with open(f"{BUILD}/null_fastcgi", "rb") as file:
            here.place.write("lib/null_fastcgi", file.read(), mode=0o755)
        here.server.extra = f'<Directory {here.server.documents}/open>\n  FcgidAccessChecker "{null}"\n</Directory>\n{MANY_PROCESSES}'
        here.server.restart()
        yield compare(here, "Apache mod_fcgid")
