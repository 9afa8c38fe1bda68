"""The script that holds the floors, shown a house in which something is wrong."""

import os
import subprocess
import unittest

from harness import ROOT, Place

SCRIPT = os.path.join(ROOT, "tests", "tools", "layers")


class Layers(unittest.TestCase):
    def setUp(self):
        self.place = Place("layers")
        self.addCleanup(self.place.close)

    def look_at(self, **files):
        """Runs the script over files named base__id_h for base/id.h, in rooms like ours."""
        self.place.write("Makefile", "ROOMS := base config keys token password store auth web server cli\n")
        for name, text in files.items():
            path = name.replace("__", "/").replace("_cpp", ".cpp").replace("_h", ".h")
            self.place.directory(os.path.dirname("src/" + path))
            self.place.write("src/" + path, text)
        done = subprocess.run([SCRIPT, self.place.path], capture_output=True, text=True)
        return done.returncode, done.stdout

    def refuses(self, said, **files):
        status, out = self.look_at(**files)
        self.assertEqual(status, 1, out)
        self.assertIn(said, out)

    def accepts(self, **files):
        status, out = self.look_at(**files)
        self.assertEqual(status, 0, out)

    def test_a_house_in_order_is_accepted(self):
        self.accepts(base__id_h="#pragma once\n#include <string>\n#include <sys/stat.h>\n",
                     auth__rules_cpp='#include "base/id.h"\n#include <chrono>\nint rule() { return 1; }\n')

    def test_an_include_from_above_is_refused(self):
        self.refuses('base includes "auth/a.h" of a higher floor', auth__a_h="\n", base__b_cpp='#include "auth/a.h"\n')

    def test_the_order_of_the_rooms_is_the_makefiles(self):
        self.refuses('token includes "password/a.h"', password__a_h="\n", token__b_cpp='#include "password/a.h"\n')
        self.accepts(password__a_h="\n", token__b_cpp="\n", password__c_cpp='#include "token/d.h"\n', token__d_h="\n")

    def test_a_room_that_the_makefile_does_not_name_is_refused(self):
        self.refuses("src/cellar is on no floor", cellar__a_cpp="\n")

    def test_an_include_of_a_missing_file_is_refused(self):
        self.refuses("is not a file under src", base__b_cpp='#include "base/none.h"\n')

    def test_a_library_outside_its_room_is_refused(self):
        for room, header in (("auth", "fcgiapp.h"), ("store", "openssl/evp.h"), ("web", "sodium.h"), ("base", "ini.h"),
                             ("cli", "sqlite3.h"), ("auth", "cppconn/driver.h"), ("web", "nlohmann/json.hpp"),
                             ("auth", "utf8proc.h"), ("server", "fcgi_stdio.h"), ("base", "curl/curl.h")):
            with self.subTest(header=header):
                self.refuses(f"<{header}>", **{f"{room}__x_cpp": f"#include <{header}>\n"})

    def test_an_include_in_a_comment_is_none(self):
        self.accepts(auth__a_cpp="// #include <sodium.h>\n/*\n#include <sqlite3.h>\n*/\n")

    def test_the_system_clock_is_read_in_its_place_only(self):
        for text in ("std::chrono::system_clock::now()", "time(nullptr)", "std::time(0)", "gettimeofday(&now, nullptr)"):
            with self.subTest(text=text):
                self.refuses("reads the system clock", auth__a_cpp=f"auto f() {{ return {text}; }}\n")
        self.accepts(auth__a_cpp="int run_time(int);\nauto f() { return run_time(0); }  // not time(nullptr)\n",
                     server__clock_cpp="auto f() { return std::chrono::system_clock::now(); }\n")

    def test_sql_outside_the_store_is_refused(self):
        self.refuses("holds SQL", auth__a_cpp='const char* text = "SELECT id FROM users";\n')

    def test_modules_that_include_each_other_are_refused(self):
        self.refuses("include cycle: base/a -> base/b -> base/a", base__a_h='#include "base/b.h"\n',
                     base__b_h='#include "base/a.h"\n')

    def test_a_circle_through_a_source_is_one_too(self):
        self.refuses("include cycle: base/a -> base/b -> base/a", base__a_h="\n", base__a_cpp='#include "base/b.h"\n',
                     base__b_h='#include "base/a.h"\n')

    def test_lengths_are_held(self):
        body = "  work();\n"
        for lines, accepted in ((38, True), (39, False)):
            text = f"namespace x {{\nvoid work();\nclass C {{\n public:\n  C() : a{{1}}, b(2)\n  {{}}\n  int a, b;\n}};\nvoid f(int a = 1) {{\n{body * lines}}}\n}}\n"
            check = self.accepts if accepted else lambda **files: self.refuses("41 lines; a function", **files)
            check(base__a_cpp=text)

    def test_braces_in_text_do_not_count(self):
        literal = 'R"x({{{ )" }x)x"'
        self.accepts(base__a_cpp=f"const char* a() {{ return {literal}; }}\nchar b() {{ return '{{'; }}\nint c() {{ return 1'000; }}\n"
                     + "int d() { return 1; }\n" * 70)
