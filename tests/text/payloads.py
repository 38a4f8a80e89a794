"""Five hundred texts that mean harm, for wherever people or other programs write something."""

import itertools
from functools import cache

TAGS = (
    "<b>bold</b>", "<b>unclosed", "</b>", "</code></b></i>", "<i><b>crossed</i></b>", "<a href='tg://user?id=1'>x</a>",
    '<a href="https://evil.example/">Approve</a>', "<a href=javascript:alert(1)>x</a>", "<script>alert(1)</script>",
    "<code>code</code>", "<pre><code class='language-py'>x</code></pre>", "<blockquote expandable>q</blockquote>",
    "<tg-spoiler>s</tg-spoiler>", "<span class='tg-spoiler'>s</span>",
    "<tg-emoji emoji-id='5368324170671202286'>x</tg-emoji>",
    "<!-- comment -->", "<![CDATA[x]]>", "<", ">", "<<<>>>", "< b >", "<b", "<b ", "<B>UPPER</B>", "<u\n>x</u>",
    "\"'><b>attribute</b>", "' onclick='x", "<img src=x onerror=alert(1)>", "<br/>", "<b>" * 40, "</b>" * 40,
)  # fmt: skip
REFERENCES = (
    "&lt;b&gt;", "&amp;lt;b&amp;gt;", "&#60;b&#62;", "&#x3c;b&#x3e;", "&", "&&&&", "&amp", "&lt", "&nosuch;", "&#0;",
    "&#1114112;", "&#xD800;", "&quot;", "&apos;", "&nbsp;", "&#39;", "&;", "&#;",
)  # fmt: skip
FORMATS = (
    "{}", "{0}", "{name}", "{slug!r}", "{0.__class__.__mro__}", "{t}", "{{}}", "{", "}", "}{", "{:>9999}", "%s", "%d",
    "%(name)s", "%", "%%", "%n%n%n", "$name", "${name}", "\\", "\\n", "\\u0041", "_bold_", "*bold*", "`code`",
    "[text](https://evil.example)", "||spoiler||", "__under__", "~strike~", "/start", "@everyone", "#tag",
)  # fmt: skip
SIGNS = (
    "\u202eevorppA", "\u202d\u202e\u202c", "\u2066x\u2069", "\u200b", "\u200b\u200c\u200d\ufeff", "\u200e\u200f",
    "\x00", "a\x00b", "\ud800", "\udfff", "\ud83d", "\r\n", "\n" * 50, "\t", " ", "   ", "\u00a0", "\u2028", "\u2029",
    "e\u0301", "Z" + "\u0300" * 60, "\u0e47" * 30, "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1f7\U0001f1fa", "\U0001f44d\U0001f3fd", "\u2764", "\u2764\ufe0f", "\U00010348", "\U0010ffff", "\ufdfd" * 20,
    "Мария", "Ñandú", "李小龍", "مريم", "מרים", "ß", "İ", "ﬁ", "²", "١٢٣", "-", "", "0", "None", "null", "true", "\x7f",
    "\x1b[31m", "\ue000", "\ufffe", "\u0000\u0001\u0002",
)  # fmt: skip
ADDRESSES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<b>x</b>", "file:///etc/passwd",
    "https://evil.example",
    "http://127.0.0.1:8080/metrics", "tg://user?id=1", "tg://resolve?domain=x", "t.me/evil", "ftp://x",
    "//evil.example",
    "https://", "https:// evil", "https://a\nb", " https://evil.example", "https://evil.example/" + "a" * 3_000,
)  # fmt: skip
LONG = (
    "a" * 10_000, "\U0001f600" * 10_000, "<b>" * 3_334, "&" * 10_000, "&lt;" * 2_500, "{}" * 5_000, "\n" * 10_000,
    "word " * 2_000, "e\u0301" * 5_000, "<a href='x'>y</a>" * 590, "я" * 10_000, "\u202e" * 10_000,
)  # fmt: skip
AROUND = ("{}", "Ann {}", "{} Lee", "Ann {} Lee", "{}{}")

HOW_MANY = 500


@cache
def payloads() -> tuple[str, ...]:
    """Each alone, then within a name, at both its ends, and twice."""
    short = (*TAGS, *REFERENCES, *FORMATS, *SIGNS, *ADDRESSES)
    alone = dict.fromkeys((*LONG, *short))
    placed = (around.replace("{}", one) for around, one in itertools.product(AROUND[1:], short))
    return tuple(itertools.islice(dict.fromkeys((*alone, *placed)), HOW_MANY))
