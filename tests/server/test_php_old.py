"""htdocs/php on the oldest PHP that its README names: PHP 7.4, unpacked from Debian 11.

The tests of test_php.py, test_php_alone.py and test_php_guard.py again, with that PHP first in PATH; and the syntax of every
file in PHP. Nothing is installed. Left out where Debian 11 cannot be fetched.
"""

import glob
import os
import shutil
import subprocess
import tempfile
import unittest
import unittest.mock

import test_php
import test_php_alone
import test_php_guard
from processes import ROOT, clean_environment

FETCH = [os.path.join(ROOT, "tests/tools/debian-root"), "bullseye", "php7.4-cli", "php7.4-cgi", "php7.4-fpm", "php7.4-json"]
PROGRAMS = {"php": "bin/php7.4", "php-cgi": "bin/php-cgi7.4", "php-fpm": "sbin/php-fpm7.4"}
# What Debian's php.ini says, which is not there: the pages of the tests write something before they ask.
SETTINGS = "-d extension=json.so -d output_buffering=4096"
LIBRARIES = ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu")


def copied_from(root):
    """PHP with its libraries where every user may read it: a directory with php, php-cgi and php-fpm."""
    place = tempfile.mkdtemp(prefix="cardea-php-")
    unittest.addModuleCleanup(shutil.rmtree, place, ignore_errors=True)
    os.chmod(place, 0o755)
    for library in LIBRARIES:
        os.makedirs(os.path.join(place, library))
        for file in glob.glob(os.path.join(root, library, "*.so*")):
            shutil.copy(file, os.path.join(place, library))
    shutil.copy(glob.glob(os.path.join(root, "usr/lib/php/*/json.so"))[0], place)
    for name, path in PROGRAMS.items():
        program = shutil.copy(os.path.join(root, "usr", path), os.path.join(place, os.path.basename(path)))
        loader = f"{place}/{LIBRARIES[0]}/ld-2.31.so --library-path {':'.join(os.path.join(place, one) for one in LIBRARIES)}"
        with open(os.path.join(place, name), "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec {loader} {program} -d extension_dir={place} {SETTINGS} "$@"\n')
        os.chmod(file.name, 0o755)
    return place


def setUpModule():
    fetched = subprocess.run(FETCH, capture_output=True, text=True)
    if fetched.returncode != 0:
        raise unittest.SkipTest("Debian 11's PHP 7.4 cannot be fetched here")
    path = copied_from(fetched.stdout.strip()) + ":" + os.environ["PATH"]
    unittest.enterModuleContext(unittest.mock.patch.dict(os.environ, {"PATH": path}))


class Files(unittest.TestCase):
    def test_the_php_is_7_4(self):
        for program in PROGRAMS:
            said = subprocess.run([program, "-v"], capture_output=True, text=True, env=clean_environment()).stdout
            self.assertTrue(said.startswith("PHP 7.4."), (program, said))

    def test_it_understands_every_file(self):
        files = glob.glob(os.path.join(ROOT, "htdocs", "**", "*.php"), recursive=True)
        self.assertGreaterEqual(len(files), 9)
        for file in files:
            done = subprocess.run(["php", "-l", file], capture_output=True, text=True, env=clean_environment())
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class ByFastCgi(test_php.PhpByFastCgi):
    has_curl = False  # it comes as files without that extension


class ByFpm(test_php.PhpByFpm):
    has_curl = False  # it comes as files without that extension


class ByCgi(test_php.PhpByCgi):
    has_curl = False  # it comes as files without that extension


class Wycheproof(test_php_alone.Wycheproof):
    pass


class Keyholes(test_php_alone.Keyholes):
    pass


class Guard(test_php_guard.Guard):
    pass
