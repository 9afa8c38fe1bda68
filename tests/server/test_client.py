"""htdocs/cardea.js in a script, as htdocs/README.md shows it, against the real program."""

import os
import re
import shutil
import subprocess
import unittest

from harness import PASSWORD, Installed
from processes import ROOT


def readme_script():
    """The example for Node in htdocs/README.md."""
    with open(os.path.join(ROOT, "htdocs", "README.md"), encoding="utf-8") as file:
        blocks = re.findall(r"```js\n(.*?)```", file.read(), re.S)
    (script,) = [block for block in blocks if "node:fs" in block]
    return script


@unittest.skipUnless(shutil.which("node"), "node is not installed")
class AScriptOnNode(Installed):
    settings = {"transport": {"mode": "header"}}

    def run_script(self, home, script, email):
        with open(os.path.join(home, "script.mjs"), "w", encoding="utf-8") as file:
            file.write(script)
        shutil.copy(os.path.join(ROOT, "htdocs", "cardea.js"), home)
        environment = {"PATH": os.environ["PATH"], "HOME": home, "SITE": self.here.cardea.url, "EMAIL": email,
                       "PASSWORD": PASSWORD}
        done = subprocess.run(["node", "script.mjs"], cwd=home, env=environment, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def sessions(self):
        ((count,),) = self.here.rows("SELECT count(*) FROM cardea_session WHERE device_name = 'script'")
        return int(count)

    def test_the_example_signs_in_once_and_goes_on_with_its_tokens(self):
        home = self.here.place.directory("script-home")
        script = readme_script()
        email = self.newcomer().email
        self.assertIn(email, self.run_script(home, script, email))
        self.assertEqual(self.sessions(), 1)
        self.assertIn(email, self.run_script(home, script, email), "the second run")
        self.assertEqual(self.sessions(), 1, "it signed in again")
        renewing = script.replace("const answer", "await cardea.renew();\nconst answer")
        for _ in range(2):
            self.assertIn(email, self.run_script(home, renewing, email))
        self.assertEqual(self.sessions(), 1)
        kept = os.path.join(home, ".config", "notes")
        self.assertEqual({oct(os.stat(os.path.join(kept, name)).st_mode & 0o777) for name in os.listdir(kept)}, {"0o600"})
