// Building and reconciling DOM nodes. Text only ever becomes text nodes: nothing here parses HTML.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

const same = (a, b) => a !== undefined && a.length === b.length && a.every((part, i) => part === b[i]);

// Keeps the nodes whose version did not change, so that focus, playback and opened spoilers survive.
export function reconcile(parent, items, keyOf, versionOf, build) {
  const old = new Map();
  for (const node of parent.children) old.set(node.plumKey, node);
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const version = versionOf(item);
    let node = old.get(key);
    old.delete(key);
    if (node && same(node.plumVersion, version)) {
      if (node === cursor) cursor = cursor.nextElementSibling;
      else parent.insertBefore(node, cursor);
      continue;
    }
    const fresh = build(item);
    fresh.plumKey = key;
    fresh.plumVersion = version;
    if (node) {
      if (node === cursor) cursor = cursor.nextElementSibling;
      carryFocus(node, fresh, () => node.replaceWith(fresh));
      if (fresh.nextElementSibling !== cursor) parent.insertBefore(fresh, cursor);
    } else {
      parent.insertBefore(fresh, cursor);
    }
  }
  for (const node of old.values()) node.remove();
}

// A node that is rebuilt under the keyboard's focus gives it to its successor.
function carryFocus(node, fresh, swap) {
  const active = document.activeElement;
  const within = active && node.contains(active);
  const mark = within ? active.getAttribute("data-focus") : null;
  swap();
  if (!within) return;
  const heir = mark ? fresh.querySelector(`[data-focus="${CSS.escape(mark)}"]`) : null;
  (heir ?? (fresh.matches("button, [tabindex]") ? fresh : fresh.querySelector("[tabindex]")))?.focus({
    preventScroll: true,
  });
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  back: "M15 5l-7 7 7 7",
  chevron: "M6 9l6 6 6-6",
  send: "M4 12l16-8-5 16-3-7z M12 13l8-9",
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3z M5 11a7 7 0 0 0 14 0 M12 18v3",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4L14.5 7",
  more: "M5 12h.01 M12 12h.01 M19 12h.01",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M8.5 14.5a4.5 4.5 0 0 0 7 0 M9 9.5h.01 M15 9.5h.01",
  close: "M6 6l12 12 M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M12 2v2 M12 20v2 M4.9 4.9l1.4 1.4 M17.7 17.7l1.4 1.4 M2 12h2 M20 12h2 M4.9 19.1l1.4-1.4 M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  panel: "M4 5h16v14H4z M14.5 5v14",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4 20a8 8 0 0 1 16 0",
  plus: "M12 5v14 M5 12h14",
  reset: "M4 12a8 8 0 1 0 2.5-5.8 M4 4v4.5h4.5",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1 M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1",
  file: "M6 3h8l4 4v14H6z M14 3v4h4",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14 M16 5v14",
  trash: "M5 7h14 M10 7V4h4v3 M7 7l1 13h8l1-13",
  down: "M12 5v14 M6 13l6 6 6-6",
  reply: "M10 6L4 12l6 6 M4 12h9a7 7 0 0 1 7 7",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 11v5 M12 8h.01",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

const HUES = 8;

export function avatar(id, name, { small = false, badge = 0 } = {}) {
  const initials = name
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => [...part][0] ?? "")
    .join("")
    .toUpperCase();
  return h(
    "span",
    { class: `avatar hue-${Math.abs(id) % HUES}${small ? " small" : ""}`, "aria-hidden": "true" },
    initials || "?",
    badge > 0 && h("span", { class: "dot" }),
  );
}
