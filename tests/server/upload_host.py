#!/usr/bin/env python3
"""upload_host.py WAY: a host of test_upload.py for the tests in a browser. Prints {"url", "home"} as JSON once the archive is uploaded.

Then each line of stdin is the name of an empty file that is uploaded by FTP into the folder of the program; "uploaded" answers.
Ends at the end of stdin.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from test_upload import PROGRAM, hosted  # noqa: E402


def main():
    with hosted(sys.argv[1]) as host:
        print(json.dumps({"url": f"http://127.0.0.1:{host.port}", "home": host.home}), flush=True)
        for line in sys.stdin:
            host.upload_empty(os.path.join(os.path.dirname(PROGRAM), line.strip()))
            print("uploaded", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
