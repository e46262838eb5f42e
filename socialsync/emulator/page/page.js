// The page asks the control routes, a little every second and more only when something changed.
const TONES = {
  DRAFT: "draft", SCHEDULED: "scheduled", IN_QUEUE: "moving", PROCESSING: "moving", PUBLISHED: "published",
  FAILED: "failed", CANCELED: "canceled", DELETED: "draft",
};
const ORDER = ["SCHEDULED", "IN_QUEUE", "PROCESSING", "DRAFT", "FAILED", "PUBLISHED", "CANCELED", "DELETED"];
const NAMES = {
  INSTAGRAM: "Instagram", FACEBOOK: "Facebook", YOUTUBE: "YouTube", LINKEDIN: "LinkedIn", TWITTER: "X",
  PINTEREST: "Pinterest", GBP: "Google Business", TIKTOK: "TikTok",
};
const LAST = 1000;
const state = { site: null, month: null, items: [], feed: [], requests: [], accounts: [], seen: "", now: null };

const byId = (id) => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const { tone, data, ...rest } = properties;
  Object.assign(element, rest);
  if (tone) element.style.setProperty("--tone", `var(--${tone})`);
  // Text only ever becomes text: what a post says is never read as markup.
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

async function ask(path, method = "GET", body = undefined) {
  const response = await fetch(`/_emulator/${path}`, { method, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function complain(error) {
  byId("trouble").textContent = error ? String(error.message ?? error) : "";
  byId("trouble").hidden = !error;
}

const clockTime = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayTime = (date) => date.toLocaleString([], { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayKey = (date) => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
const statusName = (status) => (status === "CANCELED" ? "called off" : status.toLowerCase().replace("_", " "));
const channelName = (name) => NAMES[name] ?? name[0] + name.slice(1).toLowerCase();

function contentOf(item) {
  if (item.content) return item.content;
  const found = Object.entries(item).find(([key, value]) => value && typeof value === "object"
    && !["channel", "schedulingInfo", "draftInfo", "publicationError", "siteAssetRef"].includes(key));
  return found ? found[1] : {};
}

const textOf = (item) => { const content = contentOf(item); return content.caption ?? content.description ?? content.status ?? ""; };
const firstWords = (item) => (contentOf(item).title || textOf(item) || item.type.toLowerCase()).split("\n")[0].slice(0, 80);

function momentOf(item) {
  const live = state.feed.find((entry) => entry.item === item.id);
  const text = live?.time ?? item.schedulingInfo?.scheduledDate;
  return text ? new Date(text) : null;
}

function accountName(channel, account, content) {
  const entries = state.accounts.find((entry) => entry.channel === channel)?.accounts ?? [];
  const own = entries.filter((entry) => entry.id === account);
  const values = Object.values(content);
  const exact = own.find((entry) => ["page", "board", "location"].some((part) => entry[part] && values.includes(entry[part].id)));
  const chosen = exact ?? own[0];
  return chosen?.page?.displayName ?? chosen?.board?.displayName ?? chosen?.location?.displayName ?? chosen?.displayName ?? account;
}

function pictures(content) {
  const media = [
    ...(content.imageUrl ? [{ type: "IMAGE", url: content.imageUrl }] : []),
    ...(content.videoUrl ? [{ type: "VIDEO", url: content.videoUrl }] : []),
    ...(content.mediaWrapper?.media ?? []),
  ];
  if (!media.length) return null;
  return make("div", { className: "pictures" }, ...media.map(({ type, url }) => {
    const id = /\/(?:media|video)\/([^/?#]+)/.exec(url)?.[1];
    const missing = () => make("div", { className: "missing" }, `${type === "VIDEO" ? "▶ video" : "picture"} not on this emulator`,
      make("small", {}, id ?? url));
    if (!id) return missing();
    const source = `/_emulator/media/${encodeURIComponent(id)}`;
    const shown = type === "VIDEO"
      ? make("video", { src: source, controls: true, preload: "metadata", muted: true })
      : make("img", { src: source, alt: "", loading: "lazy" });
    shown.addEventListener("error", () => shown.replaceWith(missing()), { once: true });
    return shown;
  }));
}

function linkOf(content) {
  const address = content.link ?? content.linkMetadata?.url;
  if (!address && !content.linkMetadata) return null;
  const about = content.linkMetadata ?? {};
  // Shown, not followed: the page opens nothing outside this machine.
  return make("span", { className: "link" }, make("small", {}, address ?? ""), about.title ? make("b", {}, about.title) : null,
    about.description ? make("div", {}, about.description) : null);
}

function card(item, { whole = false } = {}) {
  const content = contentOf(item);
  const channel = item.channel.name ?? item.channel;
  const account = item.channel.accountId ?? item.account;
  const moment = item.time ? new Date(item.time) : momentOf(item);
  const text = textOf(item);
  const status = item.status ?? "PUBLISHED";
  const kind = item.type === "POST" ? "" : ` ${item.type.toLowerCase()}`;
  return make("article", { className: `card${item.type === "STORY" ? " story" : ""}` },
    make("header", {},
      make("div", { className: "who" }, make("b", {}, accountName(channel, account, content)),
        make("span", {}, `${channelName(channel)}${kind}${moment ? ` · ${dayTime(moment)}` : ""}`)),
      make("span", { className: "status", tone: TONES[status] ?? "failed" }, item.external ? "posted on the network" : statusName(status))),
    pictures(content),
    content.title ? make("h3", { className: "title" }, content.title) : null,
    text ? make("p", { className: whole ? "text" : "text short" }, text) : null,
    linkOf(content),
    content.callToAction ? make("span", { className: "call" }, content.callToAction.toLowerCase().replaceAll("_", " ")) : null,
    item.publicationError ? make("p", { className: "why" }, `${item.publicationError.description} (${item.publicationError.code})`) : null,
    make("footer", {}, make("span", { className: "key" }, item.referenceId ?? item.reference ?? "no reference"), ...actions(item, whole)));
}

function actions(item, whole) {
  if (!whole || !item.status) return [];
  const offers = { SCHEDULED: ["publish", "cancel", "delete"], DRAFT: ["publish", "delete"], PUBLISHED: ["delete"] }[item.status] ?? [];
  return offers.map((action) => make("button", {
    type: "button",
    title: "as a person in Wix would do it",
    onclick: async () => {
      try {
        await ask(`dashboard/${action}`, "POST", { item: item.id, site: item.site });
        byId("detail").close();
        await look(true);
      } catch (error) { complain(error); }
    },
  }, action));
}

function open(title, body, wide = false) {
  const dialog = byId("detail");
  dialog.className = wide ? "wide" : "";
  dialog.replaceChildren(make("div", { className: "close" }, make("b", {}, title),
    make("button", { type: "button", onclick: () => dialog.close() }, "Close")), body);
  dialog.showModal();
}

function showCalendar() {
  const month = state.month;
  byId("month").textContent = month.toLocaleDateString([], { month: "long", year: "numeric" });
  const first = new Date(month.getFullYear(), month.getMonth(), 1);
  const start = new Date(first);
  start.setDate(1 - ((first.getDay() + 6) % 7));
  const entries = new Map();
  for (const item of state.items) {
    const moment = momentOf(item);
    if (!moment || item.status === "DELETED") continue;
    const key = dayKey(moment);
    entries.set(key, [...(entries.get(key) ?? []), { item, moment }]);
  }
  const cells = [];
  for (let number = 0; number < 7; number += 1) {
    const day = new Date(start.getFullYear(), start.getMonth(), start.getDate() + number);
    cells.push(make("div", { className: "weekday" }, day.toLocaleDateString([], { weekday: "short" })));
  }
  const last = new Date(month.getFullYear(), month.getMonth() + 1, 0);
  for (let day = new Date(start); day <= last || day.getDay() !== 1; day.setDate(day.getDate() + 1)) {
    const own = (entries.get(dayKey(day)) ?? []).sort((one, other) => one.moment - other.moment);
    const classes = ["day", day.getMonth() !== month.getMonth() && "outside", dayKey(day) === dayKey(state.now) && "now", !own.length && "bare"];
    cells.push(make("div", { className: classes.filter(Boolean).join(" ") },
      make("div", { className: "date" }, make("span", { className: "short" }, String(day.getDate())),
        make("span", { className: "long" }, day.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" }))),
      ...own.slice(0, 40).map(({ item, moment }) => make("button", {
        type: "button", className: item.status === "CANCELED" ? "entry off" : "entry", tone: TONES[item.status],
        title: `${channelName(item.channel.name)}, ${statusName(item.status)}: ${firstWords(item)}`,
        onclick: () => open(channelName(item.channel.name), card(item, { whole: true })),
      }, make("b", {}, clockTime(moment)), " ", channelName(item.channel.name), make("span", {}, firstWords(item))))));
  }
  if (!state.items.some((item) => momentOf(item)?.getMonth() === month.getMonth())) {
    cells.push(make("p", { className: "empty day bare-note" }, "Nothing in this month."));
    cells[cells.length - 1].style.gridColumn = "1 / -1";
  }
  byId("days").replaceChildren(...cells);
  const shown = new Set([...entries.values()].flat().map(({ item }) => item.status));
  byId("legend").replaceChildren(...ORDER.filter((status) => shown.has(status)).map((status) =>
    make("span", { tone: TONES[status], className: status === "CANCELED" ? "off" : "" }, make("i"), make("b", {}, statusName(status)))));
}

function showItems() {
  const groups = ORDER.map((status) => [status, state.items.filter((item) => item.status === status)]).filter(([, own]) => own.length);
  byId("items").replaceChildren(...(groups.length ? groups.map(([status, own]) => make("div", { className: "group" },
    make("h2", {}, statusName(status)[0].toUpperCase() + statusName(status).slice(1), make("span", { className: "quiet" }, ` ${own.length}`)),
    make("div", { className: "cards" }, ...own.slice(0, 200).map((item) => {
      const made = card(item);
      made.querySelector("footer").append(make("button", { type: "button", onclick: () => open(channelName(item.channel.name), card(item, { whole: true })) }, "Open"));
      return made;
    })))) : [make("p", { className: "empty" }, "No items on this site yet.")]));
}

function showFeed() {
  const entries = [...state.feed].sort((one, other) => (one.time < other.time ? 1 : -1)).slice(0, 300);
  byId("feed").replaceChildren(entries.length
    ? make("div", { className: "cards" }, ...entries.map((entry) => card(entry, { whole: true })))
    : make("p", { className: "empty" }, "Nothing went public yet."));
}

function showRequests() {
  byId("log").replaceChildren(...state.requests.slice(-300).reverse().map((entry) => {
    const failed = entry.status === null || entry.status >= 400;
    const effect = entry.committed === null ? "read" : entry.committed ? "committed" : "no effect";
    return make("tr", { onclick: () => open(`Request ${entry.number}`, make("pre", {}, JSON.stringify(entry, null, 2)), true) },
      make("td", {}, String(entry.number)),
      make("td", {}, new Date(entry.time).toLocaleTimeString([], { hourCycle: "h23" })),
      make("td", { className: "path" }, make("code", {}, `${entry.method} ${entry.path.replace(/^\/(social-publisher|site-media)\/v1/, "")}${entry.query ? `?${entry.query}` : ""}`),
        entry.violations.length ? make("div", { className: "bad" }, entry.violations.join("; ")) : null),
      make("td", { className: failed ? "bad" : "" }, `${entry.status ?? "no answer"}${entry.code ? ` ${entry.code}` : ""}${entry.fault ? " (fault)" : ""}`),
      make("td", { className: entry.committed ? "good" : "quiet" }, effect),
      make("td", { className: "number" }, entry.duration_ms.toFixed(1)));
  }));
  if (!state.requests.length) byId("log").replaceChildren(make("tr", {}, make("td", { colSpan: 6, className: "empty" }, "No requests yet.")));
}

function showAll() {
  const view = location.hash.slice(1) || "calendar";
  const counts = { calendar: "", items: state.items.length, feed: state.feed.length, requests: state.requests.length };
  for (const link of document.querySelectorAll("nav a")) {
    const name = link.hash.slice(1);
    link.toggleAttribute("aria-current", name === view);
    link.querySelector(".count")?.remove();
    if (counts[name]) link.append(make("span", { className: "count" }, ` ${counts[name]}${counts[name] === LAST ? "+" : ""}`));
    byId(name).hidden = name !== view;
  }
  ({ calendar: showCalendar, items: showItems, feed: showFeed, requests: showRequests })[view]?.();
}

function showClock({ now, mode, speed }) {
  state.now = new Date(now);
  state.month ??= new Date(state.now.getFullYear(), state.now.getMonth(), 1);
  byId("now").textContent = state.now.toLocaleString([], { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  byId("mode").textContent = `${zone}${mode === "real" ? "" : speed === 0 ? ", frozen" : speed === 1 ? ", set" : `, ${speed} × speed`}`;
}

async function look(always = false) {
  const index = await ask("");
  showClock(index.clock);
  const seen = JSON.stringify([index.requests, index.feed, index.changes, state.site]);
  if (!always && seen === state.seen) return;
  const { sites } = await ask("sites");
  state.site ??= sites.toSorted((one, other) => other.items - one.items)[0]?.id ?? null;
  byId("site").replaceChildren(...(sites.length ? sites : [{ id: "", items: 0 }]).map(({ id, items, reference }) => make("option", { value: id, title: id, selected: id === state.site },
    id ? `${id.slice(0, 8)}… · ${items} ${items === 1 ? "item" : "items"}${reference ? `, such as ${reference}` : ""}` : "none yet")));
  const of = `site=${encodeURIComponent(state.site ?? "")}&last=${LAST}`;
  [state.items, state.feed, state.requests, state.accounts] = await Promise.all([
    ask(`items?${of}`).then((answer) => answer.items), ask(`feed?${of}`).then((answer) => answer.feed),
    ask(`requests?last=${LAST}`).then((answer) => answer.requests), ask(`accounts?${of}`).then((answer) => answer.accounts),
  ]);
  state.seen = JSON.stringify([index.requests, index.feed, index.changes, state.site]);
  showAll();
}

async function keepLooking() {
  try {
    await look();
    complain(null);
  } catch {
    complain("The emulator does not answer. It may have been stopped.");
  }
  setTimeout(keepLooking, 1000);
}

function turn(months) {
  state.month = new Date(state.month.getFullYear(), state.month.getMonth() + months, 1);
  showAll();
}

byId("back").onclick = () => turn(-1);
byId("forward").onclick = () => turn(1);
byId("today").onclick = () => { state.month = new Date(state.now.getFullYear(), state.now.getMonth(), 1); showAll(); };
byId("site").onchange = async (event) => { state.site = event.target.value || null; await look(true); };
for (const button of document.querySelectorAll("[data-advance]")) {
  button.onclick = () => ask("clock/advance", "POST", { by: button.dataset.advance }).then(() => look(true)).catch(complain);
}
addEventListener("hashchange", showAll);
keepLooking();
