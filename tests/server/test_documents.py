"""Lists in the documents, compared with the code that they describe. Settings and routes: tests/config, tests/web."""

import glob
import os
import re
import subprocess

from harness import ROOT
from processes import clean_environment

# Targets that test nothing: README.md or `make help` tells of them.
TARGETS = "| target | what it does | runs in | takes | needs |\n"
BUILDING = {"all", "run", "install", "dist", "clean", "help", "format"}


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def section_of(path, heading):
    """The text between this heading and the next one of its level."""
    level = heading.partition(" ")[0]
    return re.split(rf"^{level} ", text_of(path).partition(f"\n{heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def cells(table, column, heading):
    """The words in backquotes of one column of the table with this heading, those of a row together."""
    rows = [re.split(r"(?<!\\)\|", line) for line in table.partition(heading)[2].partition("\n\n")[0].splitlines() if line.startswith("| ")]
    return [re.findall(r"`([^`]+)`", row[column]) for row in rows]


def compare(described, real):
    assert set(described) == set(real), {"only described": set(described) - set(real), "not described": set(real) - set(described)}


def errors_of_code():
    """Every word that can stand in `error`: given to a Refusal, to a function that hands its argument on, or in bytes."""
    sources = [text_of(os.path.relpath(path, ROOT)) for path in glob.glob(os.path.join(ROOT, "src/**/*.cpp"), recursive=True)]
    words = set()
    for source in sources:
        for value in re.findall(r"(?<!log)\.error = ([^;]*?)(?:,\s*\.|[;}])", source):
            words |= set(re.findall(r'"([a-z_]+)"', value))
        words |= set(re.findall(r'\\"error\\":\\"([a-z_]+)\\"', source))
        for function in re.findall(r"^Response (\w+)\(std::string_view error\b", source, re.MULTILINE):
            words |= set(re.findall(rf'\b{function}\(\s*"([a-z_]+)"', source))
    return words


def test_the_reference_lists_every_error_and_no_other():
    described = cells(section_of("src/web/README.md", "## Errors"), 2, "| status | `error` | meaning |\n")
    compare([word for row in described for word in row], errors_of_code())


def test_php_says_errors_of_the_reference():
    php = text_of("htdocs/php/cardea.php")
    said = set(re.findall(r"'error' => '([a-z_]+)'", php)) | set(re.findall(r'"error":"([a-z_]+)"', php))
    assert said <= errors_of_code(), said - errors_of_code()


def test_every_target_that_tests_is_described():
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", text_of("Makefile"), re.MULTILINE)) - BUILDING
    described = {word for row in cells(text_of("tests/README.md"), 1, TARGETS) for word in row}
    parts = {"short-torture", "tests/server/run.py"}  # of `make test`, without a line in `make help`
    compare(described, targets | parts)


def test_what_runs_in_everything_is_what_the_table_says():
    tool = text_of("tests/tools/run-all-tests")
    titles = re.findall(r'"([a-z0-9-]+)(?: \d of \d)?"', re.search(r"^EVERYTHING = \[(.*?)\]", tool, re.MULTILINE | re.DOTALL)[1])
    table = text_of("tests/README.md").partition(TARGETS)[2].partition("\n\n")[0]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")]
    described = [row[0].strip("| `") for row in rows if "everything" in row[2]]
    compare(set(described) - {"quick"}, titles)  # quick: by busy


def test_the_rooms_are_described_in_their_order():
    rooms = re.search(r"^ROOMS := (.*)$", text_of("Makefile"), re.MULTILINE)[1].split()
    described = [word.strip("/") for row in cells(text_of("src/README.md"), 1, "| room | what is in it |\n") for word in row]
    assert described == [*rooms, "main.cpp"], described


def test_the_commands_of_help_are_described():
    """Each noun of `cardea --help` stands in a document as `cardea NOUN`."""
    shown = subprocess.run([os.environ.get("CARDEA_BINARY") or os.path.join(ROOT, "build", "cardea"), "--help"],
                           capture_output=True, text=True, env=clean_environment()).stdout
    nouns = set(re.findall(r"^  (?:cardea )?([a-z]+)\b", shown, re.MULTILINE))
    documents = "".join(text_of(path) for path in ("conf/README.md", "sql/README.md", "htdocs/php/README.md", "README.md", "src/web/README.md"))
    missing = {noun for noun in nouns if not re.search(rf"cardea {noun}\b", documents)}
    assert nouns and not missing, missing


def test_what_the_service_file_names_is_installed():
    """`make install` copies whole directories to PREFIX/share/cardea, and single files by name."""
    recipe = text_of("Makefile").partition("\ninstall: ")[2].partition("\n\n")[0]
    copied = re.search(r"cp -R ([^$]+) \$\(DESTDIR\)\$\(PREFIX\)/share/cardea/", recipe)[1].split()
    pages = re.findall(r"^Documentation=file:///usr/local/share/cardea/(\S+)$", text_of("conf/cardea.service"), re.MULTILINE)
    assert pages
    for page in pages:
        assert page.partition("/")[0] in copied and os.path.isfile(os.path.join(ROOT, page)), page


def rows_of_growth():
    """What each row of the map says, in one line."""
    section = section_of("src/README.md", "## What a stranger can make grow")
    return [" ".join(row.split()) for row in re.split(r"^- ", section, flags=re.MULTILINE)[1:]]


def tests_named_in(row):
    """(file, name) of the tests at the end of a row: `file`: sentence; sentence; `file`: sentence."""
    first = re.search(r"`\w+_test`: |`test_\w+`: ", row)
    if not first:
        return
    for sentence in row[first.start():].rstrip(".").split("; "):
        named = re.match(r"`(\w+)`: ", sentence)
        file, sentence = (named[1], sentence[named.end():]) if named else (file, sentence)
        yield file, re.sub(r"[^a-z0-9]+", "_", sentence.lower())


def test_each_row_of_what_a_stranger_can_make_grow_names_tests_that_exist():
    rows = rows_of_growth()
    assert len(rows) > 15, rows
    for row in rows:
        named = list(tests_named_in(row))
        assert named, "no test is named: " + row
        for file, name in named:
            sources = [text_of(os.path.relpath(path, ROOT)) for ending in ("cpp", "py") for path in glob.glob(os.path.join(ROOT, f"tests/*/{file}.{ending}"))]
            assert any(re.search(rf"(CASE|CASE_TEMPLATE|def)[ (](\w+, )?(test_)?{name}\b", source) for source in sources), (file, name)


def anchor_of(heading):
    """As the sites that show Markdown make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).strip().replace(" ", "-")


def test_every_link_between_documents_leads_somewhere():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for path in listed:
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", text_of(path), flags=re.MULTILINE | re.DOTALL)):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            file = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
            assert os.path.exists(os.path.join(ROOT, file)), (path, target)
            if anchor and file.endswith(".md"):
                headings = re.findall(r"^#+ (.*)$", text_of(file), re.MULTILINE)
                assert anchor in map(anchor_of, headings), (path, target)
