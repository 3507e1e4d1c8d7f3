"use strict";
// The data: {runs: [{name, target, version, suite, started, ms, again}], requirements: {id: {level, rfc, section, source,
// summary}}, cases: [{id, title, level, risk, cites, results}]}; of a case one result for each run, or null:
// {status, known, reason, ms, place, errors, talk: [[at_ms, client, direction, octets]]}.
const STATUSES = ["fail", "error", "warn", "known", "pass", "skip"];
const WORDS = {fail: "failed", error: "undecided", warn: "warned", known: "known", pass: "passed", skip: "skipped"};
const SIGNS = {fail: "✗", error: "?", warn: "!", known: "≈", pass: "✓", skip: "–", none: "·"};
const LEVELS = ["MUST", "MUST NOT", "IMPLIED", "DOCUMENTED", "SHOULD", "SHOULD NOT", "DECIDED", "MAY"];
const AT_ONCE = 300;

/** An element with attributes and children; strings become text, so nothing that a server says is ever markup. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter(child => child !== null));
  return element;
}

const statusOf = result => !result ? "none" : result.known ? "known" : result.status;
const folderOf = item => item.id.split("/")[0];
const isDivergent = item => new Set(item.results.map(statusOf)).size > 1;
const rank = item => Math.min(...item.results.map(result => (STATUSES.indexOf(statusOf(result)) + 7) % 7));

function start(data) {
  const many = data.runs.length > 1;
  for (const item of data.cases) item.text = (item.id + " " + item.title + " " + item.cites.join(" ") + " " +
      item.results.map(result => result ? result.reason : "").join(" ")).toLowerCase();
  const order = many ? item => (isDivergent(item) ? 0 : 100) + rank(item) : rank;
  const cases = data.cases.map((item, place) => [order(item), place, item])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(entry => entry[2]);

  // All that the address can say after its #.
  const fields = ["filter", "folder", "level", "risk", "q", "divergent", "open"];
  let state = {};
  const readAddress = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    state = Object.fromEntries(fields.map(field => [field, given.get(field) || ""]));
  };
  const writeAddress = () => {
    const text = new URLSearchParams(fields.filter(field => state[field]).map(field => [field, state[field]])).toString();
    history.replaceState(null, "", "#" + text.replaceAll("%2F", "/").replaceAll("%2C", ","));
  };

  const count = (items, run) => {
    const out = {};
    for (const item of items) {
      const status = statusOf(item.results[run]);
      out[status] = (out[status] || 0) + 1;
    }
    return out;
  };
  const bar = (counts, wide) => {
    const words = STATUSES.filter(status => counts[status]).map(status => counts[status] + " " + WORDS[status]).join(", ");
    return make("div", {class: wide ? "bar wide" : "bar", title: words, role: "img", "aria-label": words || "nothing"},
        STATUSES.filter(status => counts[status]).map(
            status => make("i", {class: status, style: "flex:" + counts[status]})));
  };

  function servers() {
    const rows = data.runs.map((run, index) => make("tr", {},
        many ? make("th", {}, run.name) : null,
        make("td", {}, make("code", {}, run.target)),
        make("td", {}, run.version || make("span", {class: "dim"}, "says nothing of itself")),
        make("td", {class: "dim"}, run.started.replace("T", " ").replace("Z", " UTC"),
            ", " + (run.ms / 1000).toFixed(1) + " s"),
        many ? make("td", {style: "min-width:12rem"}, bar(count(cases, index), true)) : null));
    return make("div", {class: "scroll"}, make("table", {class: "servers"}, rows));
  }

  const toggle = (field, value) => {
    const set = new Set((state[field] || "").split(",").filter(Boolean));
    if (!set.delete(value)) set.add(value);
    change({[field]: [...set].join(",")});
  };

  function chips() {
    const present = STATUSES.map(status => [status, cases.filter(
        item => item.results.some(result => statusOf(result) === status)).length]).filter(([, number]) => number);
    return make("div", {class: "chips", role: "group", "aria-label": "verdicts"}, present.map(([status, number]) =>
        make("button", {class: "chip " + status, "data-filter": status, onclick: () => toggle("filter", status)},
            make("b", {}, number), WORDS[status])));
  }

  function group(title, field, nameOf, names) {
    const rows = names.map(name => {
      const items = cases.filter(item => nameOf(item) === name);
      const counts = data.runs.map((run, index) => count(items, index));
      const findings = many ? 0 : (counts[0].fail || 0) + (counts[0].error || 0) + (counts[0].warn || 0);
      return make("tr", {},
          make("td", {}, make("button", {"data-field": field, "data-value": name, onclick: () => toggle(field, name)}, name)),
          counts.map(each => make("td", {class: many ? "" : "bars"}, bar(each))),
          make("td", {class: "number finding"}, findings || ""), make("td", {class: "number dim"}, items.length));
    });
    const head = make("tr", {class: "dim"}, make("th"), data.runs.map(run => make("th", {}, many ? run.name : "")),
        make("th", {class: "number"}, many ? "" : "findings"), make("th", {class: "number"}, "cases"));
    return make("section", {class: "group"}, make("h2", {}, title), make("div", {class: "scroll"}, make("table", {}, head, rows)));
  }

  const names = nameOf => [...new Set(data.cases.map(nameOf))].filter(Boolean);
  const levels = LEVELS.filter(level => data.cases.some(item => item.level === level));
  const choose = (field, all, values) => make("select", {"data-field": field, "aria-label": field,
      onchange: event => change({[field]: event.target.value})},
      make("option", {value: ""}, all), values.map(value => make("option", {value}, value)));
  const search = make("input", {type: "search", placeholder: "Search ids, titles, requirements, reasons", "aria-label": "search",
      oninput: event => change({q: event.target.value})});
  const shown = make("span", {class: "count dim", role: "status"});
  const list = make("main", {});
  const divergent = make("input", {type: "checkbox",
      onchange: event => change({divergent: event.target.checked ? "1" : ""})});
  const filters = make("div", {class: "filters"}, search,
      choose("folder", "every folder", names(folderOf)), choose("level", "every level", levels),
      choose("risk", "every risk", names(item => item.risk)),
      many ? make("label", {}, divergent, " only where they differ") : null,
      make("button", {onclick: () => change(Object.fromEntries(fields.map(field => [field, ""])))}, "All"), shown,
      make("span", {class: "dim keys"}, make("kbd", {}, "/"), " search ", make("kbd", {}, "j"), make("kbd", {}, "k"),
          " next, previous ", make("kbd", {}, "Enter"), " open"));

  const matches = () => {
    const wanted = field => state[field] ? new Set(state[field].split(",")) : null;
    const [statuses, folders, someLevels, risks] = ["filter", "folder", "level", "risk"].map(wanted);
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    return cases.filter(item => (!statuses || item.results.some(result => statuses.has(statusOf(result)))) &&
        (!folders || folders.has(folderOf(item))) && (!someLevels || someLevels.has(item.level)) &&
        (!risks || risks.has(item.risk)) && (!state.divergent || isDivergent(item)) &&
        words.every(word => item.text.includes(word)));
  };

  /** A line as it went over the wire: line ends faint, whatever is not plain ASCII marked and spelt out. */
  function wire(line) {
    return line.split(/(\r\n$|[^\x20-\x7e])/).filter(Boolean).map(part => {
      if (part === "\r\n") return make("span", {class: "end"}, "\\r\\n");
      if (!/^[^\x20-\x7e]$/.test(part)) return part;
      const spelt = {"\r": "\\r", "\n": "\\n", "\t": "\\t"}[part] || "\\x" + part.charCodeAt(0).toString(16).padStart(2, "0");
      return make("span", {class: "odd"}, spelt);
    });
  }

  function talk(entries) {
    const several = entries.some(entry => entry[1]);
    const rows = [];
    for (const [at, client, direction, octets] of entries) {
      const spoken = direction === "sent" || direction === "received";
      for (const line of spoken ? octets.match(/[^\n]*\n|[^\n]+/g) || [] : [octets]) {
        rows.push(make("tr", {}, make("td", {class: "time"}, (at / 1000).toFixed(3)),
            several ? make("td", {class: "who"}, client) : null,
            make("td", {class: "who"}, spoken ? direction === "sent" ? "C:" : "S:" : ""),
            make("td", {class: spoken ? direction : "event"}, spoken ? wire(line) : direction + ": " + line)));
      }
    }
    return make("div", {class: "talk", tabindex: "0", role: "region", "aria-label": "dialogue"}, make("table", {}, rows));
  }

  function requirement(id) {
    const found = data.requirements[id];
    if (!found) return make("li", {}, make("code", {}, id));
    const section = (found.section.match(/^[0-9A-Z.]+/) || [""])[0];
    const source = /^\d+$/.test(found.rfc) ? make("a", {rel: "noreferrer",
        href: "https://www.rfc-editor.org/rfc/rfc" + found.rfc + (section ? "#section-" + section : "")}, found.source) : found.source;
    return make("li", {}, make("b", {}, found.level), ", ", source, ": ", found.summary, " ",
        make("code", {class: "dim"}, id));
  }

  function verdict(result, run) {
    const status = statusOf(result);
    if (!result) return [make("p", {class: "dim"}, "not run")];
    return [make("p", {class: "verdict " + status}, make("b", {}, WORDS[status]), result.reason ? ": " + result.reason : "",
        make("span", {class: "dim"}, " (" + result.ms + " ms" + (result.place ? ", " + result.place : "") + ")")),
        result.talk.length ? [make("h3", {}, "Dialogue"), talk(result.talk)] : [],
        result.errors ? [make("h3", {}, "Standard error of the server"), make("pre", {tabindex: "0"}, result.errors)] : []].flat();
  }

  function body(item) {
    const again = many ? "smtpspec show " + item.id : data.runs[0].again + " " + item.id;
    return make("div", {class: "case"}, make("h3", {}, "Expectation"), make("p", {}, item.title),
        make("h3", {}, item.cites.length > 1 ? "Requirements" : "Requirement"), make("ul", {}, item.cites.map(requirement)),
        item.risk ? [make("h3", {}, "Risk"), make("p", {}, item.risk)] : [],
        item.results.map((result, run) => [make("h3", {}, many ? data.runs[run].name : "Verdict"), ...verdict(result, run)]).flat(),
        make("h3", {}, many ? "More" : "Again"), make("pre", {}, again));
  }

  function row(item) {
    const badges = item.results.map((result, run) => make("span", {class: "badge " + statusOf(result),
        "data-sign": SIGNS[statusOf(result)], title: data.runs[run].name}, result ? WORDS[statusOf(result)] : "not run"));
    const full = many ? "" : item.results[0].reason;
    const reason = full.startsWith(item.title + ": ") ? full.slice(item.title.length + 2) : full;
    const details = make("details", {"data-id": item.id}, make("summary", {}, badges,
        make("span", {class: "words"}, make("span", {class: "id"}, item.id), " ", make("span", {class: "dim"}, item.title),
            reason ? make("span", {class: "reason " + statusOf(item.results[0])}, reason) : null),
        make("span", {class: "level"}, item.level + (item.risk ? ", " + item.risk : ""))));
    const fill = () => { if (details.children.length === 1) details.append(body(item)); };
    if (item.id === state.open) { fill(); details.open = true; }
    details.addEventListener("toggle", () => {
      if (details.open) { fill(); state.open = item.id; writeAddress(); }
      else if (state.open === item.id) { state.open = ""; writeAddress(); }
    });
    return details;
  }

  function show() {
    const found = matches();
    const opened = found.findIndex(item => item.id === state.open);
    list.replaceChildren();
    if (many) list.append(make("div", {class: "columns"}, data.runs.map(run => make("span", {title: run.name}, run.name))));
    let next = 0;
    const more = make("button", {class: "more", onclick: () => append(AT_ONCE)});
    const append = number => {
      const part = found.slice(next, next + number);
      next += part.length;
      more.remove();
      list.append(...part.map(row));
      if (next < found.length) { more.textContent = "Show more (" + (found.length - next) + " left)"; list.append(more); }
    };
    append(Math.max(AT_ONCE, opened + 1));
    if (!found.length) list.append(make("p", {class: "dim"}, "No case is like that."));
    shown.textContent = found.length + " of " + cases.length + " cases";
    if (document.activeElement !== search) search.value = state.q;
    divergent.checked = state.divergent !== "";
    for (const select of filters.querySelectorAll("select")) select.value = state[select.dataset.field];
    const pressed = (element, field, value) => element.setAttribute("aria-pressed", state[field].split(",").includes(value));
    for (const chip of document.querySelectorAll(".chip")) pressed(chip, "filter", chip.dataset.filter);
    for (const button of document.querySelectorAll(".group button")) pressed(button, button.dataset.field, button.dataset.value);
  }

  function change(changes) { Object.assign(state, changes); writeAddress(); show(); }

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && document.activeElement === search) { search.blur(); return; }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    const all = [...list.querySelectorAll("summary")];
    const at = all.indexOf(document.activeElement.closest("details")?.firstElementChild);
    if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "j") all[Math.min(at + 1, all.length - 1)]?.focus();
    else if (event.key === "k") all[Math.max(at - 1, 0)]?.focus();
  });
  window.addEventListener("hashchange", () => { readAddress(); show(); });

  document.body.style.setProperty("--runs", data.runs.length);
  document.body.classList.toggle("crowded", data.runs.length > 4);
  readAddress();
  const risks = names(item => item.risk);
  document.getElementById("page").replaceChildren(
      servers(), many ? "" : bar(count(cases, 0), true), chips(),
      make("div", {class: "groups"}, group("By folder", "folder", folderOf, names(folderOf)),
          group("By level", "level", item => item.level, levels),
          risks.length ? group("By risk", "risk", item => item.risk, risks) : ""),
      filters, list);
  show();
  if (state.open) list.querySelector("details[open]")?.scrollIntoView();
}

(async () => {
  const packed = Uint8Array.from(atob(document.getElementById("data").textContent), letter => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  start(await new Response(stream).json());
})().catch(error => { document.getElementById("page").append("This browser cannot show the cases: " + error); });
