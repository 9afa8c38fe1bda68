"""Plain CGI: one process for each request, beside an empty static program and beside php-cgi doing the same."""

import shutil

from harness import site
from measure import BUILD, HERE, Figure, in_turns, load
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

            def ours():
                return load(base + "/auth/verify", CLIENTS, headers)
            yield in_turns(Figure(f"plain-CGI verify {algorithm}, {CLIENTS} clients", "empty static CGI program", wanted), ours,
                           lambda: load(base + "/null", CLIENTS, headers))
            if php and algorithm != "EdDSA":
                export_public_key(here)
                page = f"{base}/verify-{algorithm.lower()}.php"
                yield in_turns(Figure(f"plain-CGI verify {algorithm}, {CLIENTS} clients", "php-cgi doing the same", 15), ours,
                               lambda: load(page, CLIENTS, headers))
