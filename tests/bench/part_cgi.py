"""Plain CGI: one process for each request, beside an empty static program and beside php-cgi doing the same."""

import shutil

from harness import site
from measure import BUILD, HERE, Figure, LeftOut, compared_with, load
from part_verify import bearer, export_public_key, settings_for

CLIENTS = 4
WANTED = {"HS256": 0.5, "EdDSA": 0.5, "ES256": 0.35}


def figures():
    php = shutil.which("php-cgi")
    for algorithm, wanted in WANTED.items():
        pages = f"""alias.url += ( "/null" => "{BUILD}/null_cgi", "/verify-" => "{HERE}/verify-" )
$HTTP["url"] =~ "^/null" {{ cgi.assign = ( "null_cgi" => "" ) }}
"""
        if php:
            pages += f"""$HTTP["url"] =~ "^/verify-" {{ cgi.assign = ( ".php" => "{php}" )
  setenv.add-environment = ( "BENCH_KEYS" => "{BUILD}" ) }}
"""
        with site(f"bench-cgi-{algorithm}", "cgi", settings=settings_for(algorithm), extra=pages) as here:
            headers, base = bearer(here), f"http://127.0.0.1:{here.port}"

            def ask(path, headers=headers, base=base):
                return lambda: load(base + path, CLIENTS, headers)
            name = f"plain-CGI verify {algorithm}, never seen, {CLIENTS} clients"
            others = [(Figure(name, "empty static CGI program", wanted), ask("/null"))]
            if php and algorithm != "EdDSA":
                export_public_key(here)
                others.append((Figure(name, "php-cgi doing the same", 15), ask(f"/verify-{algorithm.lower()}.php")))
            yield from compared_with(ask("/auth/verify"), others)
    if not php:
        yield LeftOut("plain-CGI verify beside php-cgi", "php-cgi is not installed")
