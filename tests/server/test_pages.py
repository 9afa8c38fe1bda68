"""The pages of htdocs/cardea: made from src/pages and src/text, whole in each language, with a message for all that Cardea may say."""

import contextlib
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from processes import ROOT, clean_environment

MAKE_PAGES = os.path.join(ROOT, "src", "tools", "make-pages")
PAGES = os.path.join(ROOT, "htdocs", "cardea")
TEXTS = os.path.join(ROOT, "src", "text")
LANGUAGES = sorted(name[:-5] for name in os.listdir(TEXTS) if name.endswith(".json"))


def make_pages(*arguments, program=MAKE_PAGES):
    return subprocess.run([sys.executable, program, *arguments], capture_output=True, text=True, timeout=60, env=clean_environment())


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def problems_of_the_program():
    """The words that the program may put behind the # of a page's address."""
    source = read(ROOT, "src", "web", "forms.cpp")
    known = re.search(r"known_problems\{(.*?)\};", source, re.DOTALL)[1]
    words = re.findall(r'"(\w+)"', known)
    assert len(words) > 10, words
    return words + ["other", "wait_1", "wait_5", "wait_15", "wait_60"]


@contextlib.contextmanager
def copied_sources():
    """make-pages with templates and strings of its own, which may be spoilt."""
    with tempfile.TemporaryDirectory() as directory:
        for room in ("base", "pages", "text"):
            shutil.copytree(os.path.join(ROOT, "src", room), os.path.join(directory, "src", room))
        tools = os.path.join(directory, "src", "tools")
        os.makedirs(tools)
        yield directory, shutil.copy2(MAKE_PAGES, tools)


def test_the_pages_are_what_the_templates_make():
    done = make_pages("--check")
    assert (done.returncode, done.stderr) == (0, ""), done


def test_there_is_a_message_for_all_that_the_program_may_say():
    for language in LANGUAGES:
        for page in ("sign-in", "sign-up", "account", "forgotten", "reset", "alert", "reauthenticate", "close", "reopen"):
            text = read(PAGES, language, page + ".html")
            for problem in problems_of_the_program():
                assert text.count(f' id="{problem}" ') == 1, (language, page, problem)


def test_every_link_and_file_that_a_page_names_is_there():
    for language in LANGUAGES:
        for page in os.listdir(os.path.join(PAGES, language)):
            text = read(PAGES, language, page)
            for name in re.findall(r'(?:href|src)="([^"#/][^"#]*)', text):
                assert os.path.exists(os.path.join(PAGES, language, name)), (language, page, name)
            for name in re.findall(r'"/auth/pages/([\w-]+)', text):
                assert os.path.exists(os.path.join(PAGES, language, name + ".html")), (language, page, name)


# What the program's own pages and letters (src/text/TAG.cpp) call as the pages in files do (src/text/TAG.json).
SAID_TWICE = {
    "about": "word.about", "account": "account.title", "already_linked": "problem.already_linked", "connect": "account_word.connect",
    "connected": "account_word.connected", "devices": "account.devices",
    "devices_text": "account.devices.text", "disconnect": "account_word.disconnect", "events_text": "account.events.text",
    "identity_in_use": "problem.identity_in_use", "invalid_credentials": "account.problem.invalid_credentials",
    "last_way": "account_word.last_method", "named": "account_word.device_on", "no_events": "account_word.no_events", "other": "problem.other",
    "password": "password", "provider_refused": "problem.provider_refused", "seen": "account_word.seen",
    "reopen_button": "reopen.button", "reopen_title": "reopen.title", "sign_out": "account_word.sign_out",
    "temporarily_unavailable": "problem.temporarily_unavailable", "this_device": "account_word.this_device",
    "too_many_attempts": "problem.too_many_attempts", "unknown": "account_word.device_unknown", "ways": "account.methods",
    "ways_text": "account.methods.text",
}


def test_the_program_says_a_thing_in_the_words_of_the_pages():
    for language in LANGUAGES:
        source = re.sub(r'"\s*\n\s*"', "", read(TEXTS, language + ".cpp"))
        strings = json.loads(read(TEXTS, language + ".json"))
        for name, key in SAID_TWICE.items():
            said = [text for text in re.findall(rf'\.{name} =\s*"([^"]*)"', source) if "\\n" not in text]
            assert said and set(said) == {strings[key]}, (language, name, said, strings[key])


def test_a_string_that_is_missing_or_left_in_english_is_noticed():
    changes = {
        "is missing": ('"or": "또는",', ""),
        "is not in en.json": ('"or": "또는",', '"or": "또는", "nor": "x",'),
        "is English": ('"or": "또는",', '"or": "or",'),
        "is empty": ('"or": "또는",', '"or": " ",'),
        "stands there twice": ('"or": "또는",', '"or": "또는", "or": "또는",'),
        "has other placeholders": ("{time} 뒤에", "{zeit} 뒤에"),
    }
    for complaint, (old, new) in changes.items():
        with copied_sources() as (directory, program):
            file = os.path.join(directory, "src", "text", "ko.json")
            text = read(file)
            assert old in text, old
            with open(file, "w", encoding="utf-8") as spoilt:
                spoilt.write(text.replace(old, new))
            done = make_pages("--out", directory, program=program)
            assert done.returncode == 1 and complaint in done.stderr, (complaint, done)


def test_a_site_makes_pages_for_its_own_mount_and_place():
    with tempfile.TemporaryDirectory() as directory:
        done = make_pages("--out", directory, "--mount", "/door", "--at", "/in", "--minimum", "12", "--providers", "google,kakao")
        assert done.returncode == 0, done
        text = read(directory, "ko", "sign-up.html")
        assert 'action="/door/register"' in text and 'minlength="12"' in text and "/auth" not in text
        assert 'value="/in/ko/account.html#profile_saved"' in read(directory, "ko", "account.html")
        shown = re.findall(r'data-provider="(\w+)" href="[^"]*">', read(directory, "ko", "sign-in.html"))
        assert shown == ["google", "kakao"], shown


def test_the_sign_in_page_weighs_next_to_nothing():
    for language in LANGUAGES:
        text = read(PAGES, language, "sign-in.html")
        names = re.findall(r'(?:href|src)="(\.\./[^"]+)"', text)
        weight = sum(len(gzip.compress(read(PAGES, language, name).encode(), 9)) for name in {*names, "sign-in.html"})
        assert weight < 30 * 1024, (language, weight)
