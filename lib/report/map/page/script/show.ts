/** Filters drawing and tables, and shows the details of a hop. */
export const SHOW_SCRIPT = `
const words = one("#words");
const detail = one("#detail");
const rows = hops.map((_, number) => document.getElementById("h" + number));
const chips = all(".chips button");
const flags = chips.map(({ dataset }) => dataset.flag);
const marks = all(".mark");
const picks = all(".picture .pick");
const towers = all(".tower");
const bodies = all(".every tbody");
const numbersOf = (mark) => mark.dataset.h.split(" ").map(Number);
const pickOf = ({ dataset }) => {
  const kind = Object.keys(kinds).find((key) => dataset[key] !== undefined);
  return kind && { kind, number: Number(dataset[kind]) };
};
const isPicked = ({ kind, number }, hop) =>
  kind === "c" ? hop.needs.includes(number) : kind === "s" ? hop.caller === number : hop.endpoint === number;
const isFlagged = (flag, { state: how, isMutual, isChanged }) =>
  flag === "mutual" ? isMutual : flag === "changed" ? isChanged : how === flag;
const texts = hops.map((hop) =>
  [
    hop.id, data.callers[hop.caller], hop.address, endpoints[hop.endpoint].name,
    ...hop.needs.flatMap((number) => [certificates[number].name, certificates[number].sha256, certificates[number].sha256.replaceAll(":", "")]),
    ...hop.findings.flat(),
  ].join(" ").toLowerCase(),
);

function apply() {
  const wanted = state.words.toLowerCase().split(/\\s+/).filter(Boolean);
  const shown = new Set(
    [...hops.keys()].filter((number) => {
      const hop = hops[number];
      return wanted.every((word) => texts[number].includes(word)) &&
        (!state.flag || isFlagged(state.flag, hop)) && (!state.pick || isPicked(state.pick, hop));
    }),
  );
  const isFiltered = shown.size < hops.length;
  for (const [number, row] of rows.entries()) row.classList.toggle("off", !shown.has(number));
  for (const body of bodies) body.classList.toggle("off", !body.querySelector("tr[id]:not(.off)"));
  for (const mark of marks) mark.classList.toggle("off", !numbersOf(mark).some((number) => shown.has(number)));
  const of = { c: new Set(), s: new Set(), e: new Set() };
  for (const number of shown) {
    const { needs, caller, endpoint } = hops[number];
    for (const each of needs) of.c.add(each);
    of.s.add(caller);
    of.e.add(endpoint);
  }
  for (const element of [...picks, ...towers]) {
    const pick = pickOf(element);
    element.classList.toggle("off", isFiltered && !of[pick.kind].has(pick.number));
    if (element.classList.contains("pick"))
      element.setAttribute("aria-pressed", String(state.pick !== null && state.pick.kind === pick.kind && state.pick.number === pick.number));
  }
  for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.flag === state.flag));
  if (words.value !== state.words) words.value = state.words;
  const only = state.pick ? ", those of " + nameOf(state.pick) : "";
  one("#count").textContent = isFiltered || only ? shown.size + " of " + hops.length + " hops" + only : "";
  if (state.theme) document.documentElement.dataset.theme = state.theme;
  else delete document.documentElement.dataset.theme;
  one("#theme").textContent = "theme: " + (state.theme || "as the system");
  showHop();
  writeAddress();
}

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

/** As a shell reads it. */
const quoted = (id) => (/^[\\w@%+=:,./-]+$/.test(id) ? id : "'" + id.replaceAll("'", "'\\\\''") + "'");

function showHop() {
  for (const marked of all(".open-now")) marked.classList.remove("open-now");
  detail.hidden = state.hop < 0;
  if (detail.hidden) return;
  const hop = hops[state.hop];
  rows[state.hop].classList.add("open-now");
  for (const mark of marks) if (numbersOf(mark).includes(state.hop)) mark.classList.add("open-now");
  const list = element("dl");
  const add = (name, lines) => {
    const definition = element("dd");
    for (const line of lines) definition.append(typeof line === "string" ? element("div", line) : line);
    list.append(element("dt", name), definition);
  };
  const said = (number) => certificates[number].name + ", until " + certificates[number].until + " (" + certificates[number].sha256.slice(0, 11) + "…)";
  const chain = endpoints[hop.endpoint].chain;
  add("server sends", chain.length ? chain.map(said) : ["not known here"]);
  add("caller trusts", [hop.trusted < 0 ? (hop.state === "fails" ? "nothing that leads there" : "not known here") : said(hop.trusted), ...(hop.place ? ["in " + hop.place] : [])]);
  if (hop.isMutual) {
    add("caller sends", hop.presents.length ? hop.presents.map(said) : ["not known here"]);
    add("server trusts", [hop.clientTrusted < 0 ? (hop.state === "fails" ? "nothing that was shown" : "not known here") : said(hop.clientTrusted)]);
  }
  add("hop", [hop.id]);
  add("command", [element("code", data.command + quoted(hop.id) + data.options)]);
  const close = element("button", "×");
  close.id = "close";
  close.type = "button";
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => set({ hop: -1 }));
  const findings = hop.findings.flatMap(([rule, message, remedy]) => [
    element("p", (hop.state === "fails" ? "✕ " : "! ") + rule + ": " + message, hop.state === "fails" ? "fails" : "soon"),
    ...(remedy ? [element("p", "What to do: " + remedy)] : []),
  ]);
  detail.replaceChildren(close, element("h3", data.callers[hop.caller] + " → " + hop.address), element("p", data.states[hop.state] + (hop.isMutual ? ", both sides present a certificate" : "")), ...findings, list);
  detail.scrollTop = 0;
}

function set(changes) {
  Object.assign(state, changes);
  apply();
}
`;
