"""The files of conf/ as they stand, with nothing but their placeholders replaced; and PHP for the pages behind them."""

import os
import shutil

from processes import ROOT, Failure, Process, listens, wait_until

# The directories that the files put behind gates, below the document root.
GATED = ("members", "staff", "app")


def text_of(name):
    with open(os.path.join(ROOT, "conf", name), encoding="utf-8") as file:
        return file.read()


def filled_in(name, replacements):
    """The text of conf/NAME. A placeholder that is not in it any more is an error: the test would test nothing."""
    text = text_of(name)
    for placeholder, value in replacements.items():
        if placeholder not in text:
            raise Failure(f"conf/{name} has no {placeholder}")
        text = text.replace(placeholder, value)
    return text


def sign_in_pages(place):
    """htdocs where the server's user can read it, as after `make install`."""
    copy = place.file("htdocs")
    if not os.path.exists(copy):
        source = os.path.join(ROOT, "htdocs")
        place.directory("htdocs", mode=0o755)
        with open(os.path.join(source, "cardea.js"), "rb") as file:
            place.write("htdocs/cardea.js", file.read(), mode=0o644)
        for folder, _, files in os.walk(os.path.join(source, "cardea")):
            inside = os.path.relpath(folder, source)
            place.directory("htdocs", *inside.split("/"), mode=0o755)
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    place.write(f"htdocs/{inside}/{name}", file.read(), mode=0o644)
    return copy


class Php:
    """php-cgi on a unix socket, as php-fpm would be: .socket. By default without the machine's php.ini and extensions."""

    def __init__(self, place, options=("-n",)):
        self.socket = place.socket("php.sock")
        program = shutil.which("php-cgi") or "/usr/bin/php-cgi"
        self._process = Process([program, *options, "-b", self.socket], place.log("php"),
                                {"PHP_FCGI_CHILDREN": "2", "PHP_FCGI_MAX_REQUESTS": "0"}, directory=place.path,
                                owner=place.owner)
        wait_until(lambda: listens(self.socket) or not self._process.alive(), "php-cgi listens")
        if not self._process.alive():
            raise Failure(f"php-cgi ended with {self._process.exit_status()}")

    def close(self):
        self._process.release()
