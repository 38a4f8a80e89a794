// Text with Telegram's entities (UTF-16 ranges, as JavaScript counts) becomes nodes, never HTML.
import { h } from "./dom.js";
import { isInner } from "./links.js";
import { t } from "./words.js";

const LOOSE = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]|\bt\.me\/[\w+/?=-]+/g;

const plainTags = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };

// `tools` says what links and commands do: {open(url), command(text)}
export function rich(text, entities, tools) {
  const spans = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length || rank(a) - rank(b));
  return nest(text, 0, text.length, spans, tools);
}

const rank = (entity) => (entity.type.includes("blockquote") ? 0 : entity.type === "pre" ? 1 : 2);

function nest(text, from, to, spans, tools) {
  const nodes = [];
  let at = from;
  let edge = false;
  while (spans.length && spans[0].offset < to) {
    const span = spans.shift();
    const end = Math.min(span.offset + span.length, to);
    if (end <= at) continue;
    const start = Math.max(span.offset, at);
    nodes.push(...plain(trimmed(text.slice(at, start), edge, isBlock(span)), tools));
    edge = isBlock(span);
    nodes.push(
      wrap(
        span,
        text.slice(start, end),
        () => nest(text, start, end, spans, { ...tools, quiet: tools.quiet || isLiteral(span) }),
        tools,
      ),
    );
    at = end;
  }
  nodes.push(...plain(trimmed(text.slice(at, to), edge, false), tools));
  return nodes;
}

const isBlock = (span) => span.type === "pre" || span.type.includes("blockquote");

// A quote or a block of code breaks the line by itself: the line feed beside it would show as an empty line.
function trimmed(text, afterBlock, beforeBlock) {
  const rest = afterBlock ? text.replace(/^\n/, "") : text;
  return beforeBlock ? rest.replace(/\n$/, "") : rest;
}

const isLiteral = (span) =>
  !["bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"].includes(
    span.type,
  );

// An address that nobody marked is found here, as a messenger does.
function plain(text, tools) {
  if (!text) return [];
  if (tools.quiet) return [text];
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(LOOSE)) {
    nodes.push(text.slice(at, match.index));
    nodes.push(link(match[0], [match[0]], tools));
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes;
}

function wrap(span, slice, inner, tools) {
  if (span.type in plainTags) return h(plainTags[span.type], {}, inner());
  switch (span.type) {
    case "pre":
      return h("pre", { "data-language": span.language }, h("code", {}, inner()));
    case "spoiler":
      return spoiler(inner());
    case "blockquote":
      return h("blockquote", {}, inner());
    case "expandable_blockquote":
      return folded(inner());
    case "url":
      return link(slice, inner(), tools);
    case "text_link":
      return link(span.url, inner(), tools);
    case "email":
      return h("a", { href: `mailto:${slice}` }, inner());
    case "bot_command":
      return command(slice, tools);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return h("span", { class: "mention" }, inner());
    default:
      return h("span", {}, inner());
  }
}

function link(address, inner, tools) {
  const url = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  if (/^tg:/i.test(url)) return h("span", { class: "mention" }, inner);
  if (!/^https?:/i.test(url)) return h("span", {}, inner);
  if (isInner(url)) {
    const follow = (event) => {
      event.preventDefault();
      tools.open(url);
    };
    return h("a", { href: url, "data-action": "follow", onclick: follow }, inner);
  }
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, inner);
}

// A link and no button: a button is a box, and the full stop after it could begin the next line.
function command(text, tools) {
  const run = (event) => {
    event.preventDefault();
    tools.command(text);
  };
  return h("a", { href: "#", class: "command", "data-action": "command", onclick: run }, text);
}

function spoiler(inner) {
  const veil = h(
    "span",
    { class: "spoiler", role: "button", tabindex: "0", "aria-label": t("spoiler"), "aria-expanded": "false" },
    h("span", {}, inner),
  );
  const show = () => {
    veil.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) veil.removeAttribute(name);
    veil.setAttribute("aria-expanded", "true");
  };
  veil.addEventListener("click", show);
  veil.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      show();
    }
  });
  return veil;
}

function folded(inner) {
  const quote = h("blockquote", { class: "folded" }, h("div", { class: "fold" }, inner));
  const button = h("button", { type: "button", class: "linklike unfold", "aria-expanded": "false" }, t("showMore"));
  button.addEventListener("click", () => {
    const open = quote.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = t(open ? "showLess" : "showMore");
  });
  quote.append(button);
  return quote;
}

// Every address in a message, its buttons included.
export function addresses(message) {
  const text = message.text ?? message.caption ?? "";
  const spans = (message.text ? message.entities : message.caption_entities) ?? [];
  const named = spans.filter((span) => span.type === "text_link").map((span) => span.url);
  const loose = [...text.matchAll(LOOSE)].map(([found]) => found);
  const buttons = (message.buttons ?? [])
    .flat()
    .map((button) => button.url)
    .filter(Boolean);
  return [...new Set([...named, ...loose, ...buttons])].map((url) => (/^https?:/i.test(url) ? url : `https://${url}`));
}
