"""The site may answer with anything: each way gives a clear sentence, and nothing else happens."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from structlog.testing import capture_logs

from plumbot.features.whoami import rules
from plumbot.features.whoami.addresses import Address, is_public
from plumbot.features.whoami.breaker import Breaker
from plumbot.features.whoami.rules import NoAnswer
from plumbot.features.whoami.site import Manners, Site
from tests.features.whoami.bad_site import (
    HANGS_SECONDS,
    NINA,
    PAGE,
    TOKEN,
    BadSite,
    Behaviour,
    babbles,
    bad_site,
    breaks_off,
    drips,
    hangs,
    hangs_up,
    knows,
    page,
    pours,
    says,
)

BOMB = gzip.compress(b"\0" * 50_000_000)
DEEP = "[" * 100_000


def everywhere(_address: Address) -> bool:
    return True


def site_at(
    url: str, *, attempts: int = 1, per_minute: int = 1000, patience: float = 1.0, timeout: float = 5.0
) -> Site:
    manners = Manners(
        timeout_seconds=timeout, per_minute=per_minute, attempts=attempts, first_pause_seconds=0.01,
        patience_seconds=patience, allowed=everywhere,
    )  # fmt: skip
    return Site(url, manners)


@pytest.fixture
async def bad() -> AsyncIterator[BadSite]:
    async with bad_site() as site:
        yield site


async def test_it_asks_with_the_pages_token_and_cookies(bad: BadSite) -> None:
    found = await site_at(bad.url).find("nina")
    assert found is not None
    assert (found.id, found.username, found.first_name, found.last_name) == (1001, "Nina", "Nina", "N.")
    (get, path, _, _), (post, api, headers, body) = bad.requests
    assert (get, path, post, api) == ("GET", "/from/username/nina", "POST", "/api/get-userid")
    assert json.loads(body) == {"username": "nina"}
    assert headers["X-CSRF-Token"] == TOKEN
    assert headers["Cookie"] == "session=abc"
    assert headers["Origin"] == bad.url
    assert headers["Referer"] == f"{bad.url}/from/username/nina"


BAD_PAGES: dict[str, tuple[Behaviour, type[NoAnswer]]] = {
    "hangs": (hangs, rules.SiteSlow),
    "drips": (drips, rules.SiteSlow),
    "never ends": (pours, rules.SiteTooLarge),
    "is huge": (page("x" * 600_000), rules.SiteTooLarge),
    "hangs up": (hangs_up, rules.SiteAway),
    "breaks off": (breaks_off, rules.SiteAway),
    "speaks no HTTP": (babbles, rules.SiteStrange),
    "redirects": (page("", 302, headers={"Location": "http://127.0.0.1:1/"}), rules.SiteLeadsAway),
    "redirects for good": (page("", 301, headers={"Location": "http://169.254.169.254/latest"}), rules.SiteLeadsAway),
    "is not modified": (page("", 304), rules.SiteLeadsAway),
    "has a fault": (page("oops", 500), rules.SiteBroken),
    "is behind a broken door": (page("<h1>Bad gateway</h1>", 502), rules.SiteBroken),
    "is overrun": (page("slow down", 429, headers={"Retry-After": "120"}), rules.SiteBusy),
    "forbids it": (page("no", 403), rules.SiteRefuses),
    "is not there": (page("no such page", 404), rules.SiteRefuses),
    "has nothing to say": (page("", 204), rules.SiteRefuses),
    "is not HTML": (says(PAGE, "application/octet-stream"), rules.SiteStrange),
    "is compressed unasked": (
        page(gzip.compress(PAGE.encode()), headers={"Content-Encoding": "gzip"}),
        rules.SiteStrange,
    ),
    "is a gzip bomb": (page(BOMB, headers={"Content-Encoding": "gzip"}), rules.SiteStrange),
    "is no text": (page(b"\xff\xfe\x00" * 50), rules.SiteStrange),
    "has no token": (page("<html><meta name='other' content='x'></html>"), rules.SiteStrange),
    "has an empty token": (page("<meta name='csrf-token' content=''>"), rules.SiteStrange),
    "has a token only in a script": (
        page("""<script>var a = '<meta name="csrf-token" content="evil">';</script>"""),
        rules.SiteStrange,
    ),
    "has a token only in a comment": (page("<!-- <meta name='csrf-token' content='x'> -->"), rules.SiteStrange),
    "has a token that breaks a header": (
        page("<meta name='csrf-token' content='a\r\nX-Evil: 1'>"),
        rules.SiteStrange,
    ),
    "has an endless token": (page(f"<meta name='csrf-token' content='{'a' * 9000}'>"), rules.SiteStrange),
    "has too many cookies": (page(PAGE, headers={"Set-Cookie": f"a={'b' * 4095}"}), rules.SiteStrange),
}

BAD_ANSWERS: dict[str, tuple[Behaviour, type[NoAnswer]]] = {
    "hangs": (hangs, rules.SiteSlow),
    "hangs up": (hangs_up, rules.SiteAway),
    "redirects": (says("", status=307, headers={"Location": "http://10.0.0.1/"}), rules.SiteLeadsAway),
    "has a fault": (says("{}", status=503), rules.SiteBroken),
    "forbids it": (says("{}", status=419), rules.SiteRefuses),
    "is overrun": (says("{}", status=429), rules.SiteBusy),
    "is HTML": (page(json.dumps(NINA)), rules.SiteStrange),
    "is no JSON": (says("<script>alert(1)</script>"), rules.SiteStrange),
    "is broken JSON": (says('{"id": 1001, "username": "ni'), rules.SiteStrange),
    "is nested without end": (says('{"id": ' + DEEP[:9000]), rules.SiteStrange),
    "is empty": (says(""), rules.SiteStrange),
    "is a list": (says("[1001]"), rules.SiteStrange),
    "is huge": (knows(firstName="x" * 50_000), rules.SiteTooLarge),
    "has a very long name": (knows(firstName="x" * 1000), rules.SiteStrange),
    "has the id as a text": (knows(id="1001"), rules.SiteStrange),
    "has the id as a truth": (knows(id=True), rules.SiteStrange),
    "has the id as a fraction": (knows(id=1001.5), rules.SiteStrange),
    "has a negative id": (knows(id=-1001234567890), rules.SiteStrange),
    "has no id": (knows(id=...), rules.SiteStrange),
    "has an id too large": (knows(id=2**60), rules.SiteStrange),
    "has the name as a list": (knows(firstName=["Nina"]), rules.SiteStrange),
    "has no @name": (knows(username=None), rules.SiteStrange),
    "is about somebody else": (knows(username="Boris"), rules.AnotherPerson),
    "is a gzip bomb": (says(BOMB, headers={"Content-Encoding": "gzip"}), rules.SiteStrange),
}


def test_there_are_more_than_thirty_ways_to_misbehave() -> None:
    ways = [behaviour for behaviour, _ in (*BAD_PAGES.values(), *BAD_ANSWERS.values())]
    assert len({*map(id, ways)}) >= 30


@pytest.mark.parametrize("way", BAD_PAGES)
async def test_a_page_that_cannot_be_used_gives_a_clear_sentence(bad: BadSite, way: str) -> None:
    bad.page, expected = BAD_PAGES[way]
    await must_refuse(bad, expected)
    assert {method for method, *_ in bad.requests} == {"GET"}


@pytest.mark.parametrize("way", BAD_ANSWERS)
async def test_an_answer_that_cannot_be_used_gives_a_clear_sentence(bad: BadSite, way: str) -> None:
    bad.answer, expected = BAD_ANSWERS[way]
    await must_refuse(bad, expected)


async def must_refuse(bad: BadSite, expected: type[NoAnswer]) -> None:
    """While the site still hangs, by this very reason, in words for people, the name and the address nowhere."""
    with capture_logs() as logs, pytest.raises(expected) as raised:
        async with asyncio.timeout(HANGS_SECONDS / 2):
            await site_at(bad.url, timeout=0.5 if expected is rules.SiteSlow else 5.0).find("nina")
    assert type(raised.value) is expected
    assert raised.value.text.endswith(".")
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert [entry["outcome"] for entry in logs if entry["event"] == "whoami_lookup"] == [expected.__name__]
    assert "nina" not in repr(logs).lower()
    assert bad.url not in repr(logs)


@pytest.mark.parametrize("behaviour", [says("{}", status=404), says('{"id": null}')], ids=["404", "null"])
async def test_nobody_by_that_name_is_an_answer_too(bad: BadSite, behaviour: Behaviour) -> None:
    bad.answer = behaviour
    assert await site_at(bad.url).find("nina") is None


async def test_markup_in_a_page_or_a_name_is_only_text(bad: BadSite) -> None:
    bad.page = page(f"<script>alert('</p>')</script><META content='{TOKEN}' NAME='csrf-token'><b>")
    bad.answer = knows(firstName="<b>Nina</b>", more={"x": [1]})
    found = await site_at(bad.url).find("nina")
    assert found is not None
    assert found.first_name == "<b>Nina</b>"


async def test_a_passing_fault_is_tried_again_and_another_is_not(bad: BadSite) -> None:
    bad.faults = [hangs_up, says("", status=502)]
    assert await site_at(bad.url, attempts=3).find("nina") is not None
    assert [method for method, *_ in bad.requests] == ["GET", "GET", "GET", "POST"]
    bad.requests.clear()
    bad.page = page("no", 403)
    with pytest.raises(rules.SiteRefuses):
        await site_at(bad.url, attempts=3).find("nina")
    assert len(bad.requests) == 1


async def test_what_is_known_is_not_asked_again(bad: BadSite) -> None:
    site = site_at(bad.url)
    assert await site.find("nina") == await site.find("NINA")
    assert len(bad.requests) == 2


async def test_a_failing_site_is_left_alone_for_a_while(bad: BadSite) -> None:
    site, bad.page = site_at(bad.url), page("oops", 500)
    now = 1000.0
    site.breaker = Breaker(failures_allowed=3, rest_seconds=60, clock=lambda: now)
    for _ in range(3):
        with pytest.raises(rules.SiteBroken):
            await site.find("nina")
    with pytest.raises(rules.SiteResting):
        await site.find("nina")
    assert len(bad.requests) == 3
    now += 61
    bad.page = page(PAGE)
    assert await site.find("nina") is not None


async def test_a_site_that_says_for_how_long_is_left_alone_for_so_long(bad: BadSite) -> None:
    site, bad.page = site_at(bad.url), page("", 429, headers={"Retry-After": "300"})
    now = 1000.0
    site.breaker = Breaker(clock=lambda: now)
    with pytest.raises(rules.SiteBusy):
        await site.find("nina")
    now += 290
    with pytest.raises(rules.SiteResting):
        await site.find("nina")
    assert len(bad.requests) == 1


async def test_more_than_so_many_questions_a_minute_are_not_asked(bad: BadSite) -> None:
    site = site_at(bad.url, per_minute=2, patience=0.05)
    bad.answer = says("{}", status=404)
    assert [await site.find("anna"), await site.find("berta")] == [None, None]
    with pytest.raises(rules.TooManyQuestions):
        await site.find("clara")
    assert len(bad.requests) == 4


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_an_address_inside_the_network_is_never_connected_to(bad: BadSite, host: str) -> None:
    """By number or by name: judged is the address of the connection itself."""
    with pytest.raises(rules.SiteForbidden):
        await Site(bad.url.replace("127.0.0.1", host), Manners(attempts=1)).find("nina")
    assert bad.requests == []


async def test_a_site_that_is_not_there_is_away() -> None:
    with pytest.raises(rules.SiteAway):
        await site_at("http://127.0.0.1:9").find("nina")


INSIDE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 240.0.0.1 "
    "::1 :: fe80::1 fc00::1 ff02::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 2002:7f00:1:: 64:ff9b::a00:1 2001:db8::1"
).split()


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_networks_are_known_in_every_disguise(address: str) -> None:
    assert not is_public(ip_address(address))


def test_public_addresses_are_public() -> None:
    assert is_public(IPv4Address("149.154.167.220"))
    assert is_public(IPv6Address("2001:67c:4e8:f004::9"))
    assert is_public(IPv6Address("64:ff9b::959a:a7dc"))
