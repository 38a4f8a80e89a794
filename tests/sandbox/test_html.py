"""Telegram's HTML, as strict as the real thing."""

import pytest

from plumbot.sandbox.entities import part, trimmed, units, with_recognised
from plumbot.sandbox.errors import ApiError
from plumbot.sandbox.html import parse


def test_tags_become_entities_in_utf16_units() -> None:
    text, entities = parse("😀<b>жирный <i>оба</i></b>")
    assert text == "😀жирный оба"
    assert entities == [
        {"type": "bold", "offset": 2, "length": 10},
        {"type": "italic", "offset": 9, "length": 3},
    ]
    assert part(text, 9, 3) == "оба"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<strong>x</strong>", "bold"),
        ("<em>x</em>", "italic"),
        ("<ins>x</ins>", "underline"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ("<CODE>x</CODE>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ("<b>x</>", "bold"),
    ],
)
def test_each_allowed_tag_is_known(source: str, kind: str) -> None:
    assert parse(source) == ("x", [{"type": kind, "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("ж<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_html_is_refused_with_its_place(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_only_four_names_and_numbers_are_character_references() -> None:
    assert parse("&lt;&gt;&amp;&quot;&#33;&#x1F600; &nbsp;&copy; & &#;")[0] == '<>&"!😀 &nbsp;&copy; & &#;'


def test_a_code_block_keeps_its_language_and_bare_code_does_not() -> None:
    assert parse('<pre><code class="language-python">x</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "python"}
    ]
    assert parse('<code class="language-python">x</code>')[1] == [{"type": "code", "offset": 0, "length": 1}]


def test_links_keep_their_target_and_mentions_their_person() -> None:
    assert parse('<a href="https://e.org/?a=1&amp;b=2">x</a>')[1][0]["url"] == "https://e.org/?a=1&b=2"
    assert parse("<a href='tg://user?id=1003'>x</a>")[1][0] == {
        "type": "text_mention",
        "offset": 0,
        "length": 1,
        "user_id": 1003,
    }
    assert parse('<a href="not a link">x</a>') == ("x", [])


def test_ends_are_trimmed_and_entities_follow() -> None:
    text, entities = trimmed(*parse("\n <b> x </b> \n"))
    assert text == "x"
    assert entities == [{"type": "bold", "offset": 0, "length": 1}]


def test_commands_and_links_are_recognised_in_plain_text() -> None:
    found = with_recognised("😀 /start @nina https://e.org/x. a@b.org 1/2", [])
    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bot_command", 3, 6),
        ("mention", 10, 5),
        ("url", 16, 15),
        ("email", 33, 7),
    ]


def test_length_counts_utf16_units() -> None:
    assert units("aж😀") == 4
