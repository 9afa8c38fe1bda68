"""Other names of the site, refusals as pages, and the pages of administrators: checks and an upgrade, without JavaScript."""

import os
import re
import shutil
import time

from gate_visit import BROWSER
from harness import Gate, BINARY, PASSWORD, for_each, site, wait_until
from test_setup import WAYS, answers_to, prove, sign_in_by_form, uploaded

SERVERS = ("fastcgi", "cgi")
OTHER = "www.example.com"


def is_page(answer):
    return answer.header("Content-Type") == "text/html; charset=utf-8" and "<script" not in answer.text


@for_each(way=SERVERS)
def test_a_page_under_another_name_leads_to_the_url_of_the_site(way):
    with site("other-name", way=way) as here:
        for path in ("/auth/", "/auth/activity?language=ko", "/auth/pages/sign-in"):
            answer = here.browser().get(path, headers={"Host": OTHER, **BROWSER})
            assert (answer.status, answer.header("Location")) == (301, here.cardea.url + path), answer
        assert here.browser().get("/auth/health", headers={"Host": OTHER, **BROWSER}).status == 200
        assert here.browser().get("/auth/activity", headers=BROWSER).status == 303


@for_each(way=SERVERS)
def test_a_form_that_is_posted_under_another_name_gets_a_page_that_leads_to_the_right_one(way):
    with site("other-form", way=way) as here:
        answer = here.browser().post("/auth/login", form={"email": "alice@example.com", "password": PASSWORD},
                                     headers={**BROWSER, "Host": OTHER, "Origin": "http://" + OTHER,
                                              "Referer": f"http://{OTHER}/cardea/en/sign-in.html"})
        assert answer.status == 403 and is_page(answer), answer
        assert f'href="{here.cardea.url}/cardea/en/sign-in.html"' in answer.text, answer.text
        assert answer.header("Set-Cookie") is None, answer


def test_what_a_browser_is_refused_is_a_page_and_what_a_program_is_refused_is_json():
    with site("refusal-pages") as here:
        page = here.browser().get("/auth/nowhere", headers={**BROWSER, "Accept-Language": "ko"})
        assert page.status == 404 and is_page(page) and "페이지를 찾을 수 없습니다" in page.text, page
        assert here.browser().get("/auth/nowhere").json()["error"] == "not_found"
        person = here.sign_in()
        page = person.get("/auth/admin/checks", headers=BROWSER)
        assert page.status == 403 and is_page(page), page
        assert "alice@example.com" in page.text and "cardea:admin" in page.text, page.text


@for_each(way=SERVERS)
def test_an_administrator_sees_the_checks_in_three_languages(way):
    with site("admin-checks", way=way, settings={"gate": {"paths": "/members/"}}, users=(), gates=[Gate("/members/")]) as here:
        here.cardea.add_user("owner@example.com", scope="cardea:admin", password=PASSWORD)
        owner = here.sign_in("owner@example.com")
        for language, words in (("en", "Everything|need your attention"), ("ko", "정상"), ("ja", "チェック")):
            page = owner.get(f"/auth/admin/checks?language={language}", headers=BROWSER)
            assert page.status == 200 and is_page(page) and re.search(words, page.text), page
            assert f'lang="{language}"' in page.text
        found = owner.get("/auth/admin/checks").json()["findings"]
        kinds = {finding["kind"] for finding in found}
        assert {"configuration_read", "web_answers", "gate_shut", "secrets_hidden", "administrators"} <= kinds, kinds
        assert [finding for finding in found if finding["result"] == "FAIL"] == [], found
        told = here.cardea.json("check")
        assert {finding["kind"] for finding in told} >= {"gate_shut", "web_answers"}, told


def buttons(page):
    """{act: sum} of the forms of the page."""
    return dict(re.findall(r'name="act" value="(\w+)"><input type="hidden" name="sum" value="(\w+)"', page.text))


@for_each(way=WAYS)
def test_an_uploaded_program_is_looked_at_takes_over_and_is_taken_back(way):
    with uploaded(way) as host:
        host.server.deaths = "a program whose file was replaced ends by itself"
        owner, page = prove(host)
        assert owner.post("/auth/setup", form=answers_to(page)).status == 200
        owner = sign_in_by_form(host)
        page = owner.get("/auth/admin/upgrade", headers=BROWSER)
        assert page.status == 200 and is_page(page) and buttons(page) == {}, page.text
        shutil.copy(BINARY, os.path.join(host.home, "cardea.new"))
        os.chmod(os.path.join(host.home, "cardea.new"), 0o644)  # as FTP leaves it
        page = owner.get("/auth/admin/upgrade", headers=BROWSER)
        assert list(buttons(page)) == ["upgrade"], page.text
        stale = owner.post("/auth/admin/upgrade", form={"act": "upgrade", "sum": "00"}, headers=BROWSER)
        assert stale.status == 200 and "Nothing was done" in stale.text, stale
        before = os.stat(host.binary).st_ino
        done = owner.post("/auth/admin/upgrade", form={"act": "upgrade", "sum": buttons(page)["upgrade"]}, headers=BROWSER)
        assert done.status == 200 and "Done." in done.text, done.text
        assert os.stat(host.binary).st_ino != before and os.stat(host.binary).st_mode & 0o777 == 0o755
        assert os.path.exists(os.path.join(host.home, "cardea.old"))
        wait_until(lambda: owner.get("/auth/health").status == 200, "the new program answers")
        time.sleep(1.5 if way == "fastcgi" else 0)  # the old process ends by itself
        wait_until(lambda: list(buttons(owner.get("/auth/admin/upgrade", headers=BROWSER))) == ["back"], "the way back")
        back = buttons(owner.get("/auth/admin/upgrade", headers=BROWSER))["back"]
        done = owner.post("/auth/admin/upgrade", form={"act": "back", "sum": back}, headers=BROWSER)
        assert done.status == 200 and "Done." in done.text, done.text
        assert os.stat(host.binary).st_ino == before
        kinds = [kind for kind, in host.rows("SELECT kind FROM cardea_event WHERE kind LIKE 'program_%' ORDER BY id")]
        assert kinds == ["program_upgraded", "program_restored"], kinds


def test_half_an_upload_and_a_foreign_program_get_no_button():
    with uploaded("fastcgi") as host:
        owner, page = prove(host)
        assert owner.post("/auth/setup", form=answers_to(page)).status == 200
        owner = sign_in_by_form(host)
        new = os.path.join(host.home, "cardea.new")
        with open(BINARY, "rb") as whole, open(new, "wb") as half:
            half.write(whole.read(100_000))
        page = owner.get("/auth/admin/upgrade", headers=BROWSER)
        assert buttons(page) == {} and "run on this server" in page.text, page.text
        shutil.copy(BINARY, new)
        os.chmod(new, 0o666)
        page = owner.get("/auth/admin/upgrade", headers=BROWSER)
        assert buttons(page) == {} and "Other users can change" in page.text, page.text
