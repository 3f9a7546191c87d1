/** Mouse and keyboard. */
export const INPUT_SCRIPT = `
words.addEventListener("input", () => set({ words: words.value }));
one("#theme").addEventListener("click", () => {
  const themes = ["", "light", "dark"];
  set({ theme: themes[(themes.indexOf(state.theme) + 1) % themes.length] });
});
for (const chip of chips)
  chip.addEventListener("click", () => set({ flag: state.flag === chip.dataset.flag ? "" : chip.dataset.flag }));

function choose(pick) {
  const isSame = state.pick && pick && state.pick.kind === pick.kind && state.pick.number === pick.number;
  set({ pick: isSame ? null : pick });
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
  const mark = event.target.closest("[data-h]");
  const pick = event.target.closest("[data-c],[data-s],[data-e]");
  const row = event.target.closest(".every tr[id]");
  if (mark) {
    event.preventDefault();
    const numbers = numbersOf(mark);
    set({ hop: numbers[(numbers.indexOf(state.hop) + 1) % numbers.length] });
  } else if (pick) {
    if (pick.closest("a")) event.preventDefault();
    choose(pickOf(pick));
  } else if (row) set({ hop: rows.indexOf(row) });
});

/** Columns and rows that something in a drawing takes. */
const placeOf = ({ dataset }) => {
  const place = dataset.g.split(",").map(Number);
  const [x0, x1, y0, y1] = place.length === 2 ? [place[0], place[0], place[1], place[1]] : place;
  return { x0, x1, y0, y1 };
};
const stops = [...marks, ...picks].map((stop) => ({ stop, ...placeOf(stop) }));
const isCaller = (stop) => stop.dataset.s !== undefined;

/** The next thing in the same row or column; a caller's row is its own calls. */
function neighbour(from, right, down) {
  const at = stops.find(({ stop }) => stop === from);
  const open = stops.filter(({ stop }) => stop !== from && !stop.classList.contains("off"));
  if (down) {
    const column = open.filter(({ stop, x0, x1, y0, y1 }) => isCaller(stop) === isCaller(from) && x0 <= at.x1 && at.x0 <= x1 && (down > 0 ? y0 > at.y1 : y1 < at.y0));
    return nearest(column, ({ x0, y0, y1 }) => (down > 0 ? y0 - at.y1 : at.y0 - y1) * 1000 + Math.abs(x0 - at.x0));
  }
  if (isCaller(from)) {
    if (right < 0) return undefined;
    const own = open.filter(({ stop }) => stop.dataset.h && numbersOf(stop).some((number) => hops[number].caller === Number(from.dataset.s)));
    return nearest(own, ({ x0, y0 }) => x0 * 1000 + y0);
  }
  const row = open.filter(({ stop, x0, x1, y0, y1 }) => !isCaller(stop) && y0 <= at.y1 && at.y0 <= y1 && (right > 0 ? x0 > at.x1 : x1 < at.x0));
  const found = nearest(row, ({ x0, x1, y0 }) => (right > 0 ? x0 - at.x1 : at.x0 - x1) * 1000 + Math.abs(y0 - at.y0));
  if (found || right > 0 || !from.dataset.h) return found;
  const caller = hops[numbersOf(from)[0]].caller;
  return open.find(({ stop }) => isCaller(stop) && Number(stop.dataset.s) === caller);
}

const nearest = (found, distance) => found.toSorted((first, second) => distance(first) - distance(second))[0];
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function focusStop(stop) {
  for (const other of stops) other.stop.setAttribute("tabindex", "-1");
  stop.setAttribute("tabindex", "0");
  stop.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return;
  const stop = event.target.closest(".mark,.picture .pick");
  if (event.key === "/" && event.target !== words) {
    event.preventDefault();
    words.focus();
  } else if (event.key === "Escape") {
    set(state.hop >= 0 ? { hop: -1 } : { words: "", flag: "", pick: null });
  } else if (stop && arrows[event.key]) {
    event.preventDefault();
    const next = neighbour(stop, ...arrows[event.key]);
    if (next) focusStop(next.stop);
  } else if (stop && stop.classList.contains("pick") && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    choose(pickOf(stop));
  }
});

const tip = one("#tip");
const lines = { across: one(".across"), down: one(".down") };
document.addEventListener("pointermove", (event) => {
  const mark = event.target instanceof Element && event.pointerType === "mouse" ? event.target.closest(".mark") : null;
  tip.hidden = !mark;
  if (lines.across) {
    const box = mark && mark.querySelector(".hit").getBBox();
    const grid = mark && one(".matrix .grid").getBBox();
    lines.across.setAttribute("d", box ? "M0," + (box.y + box.height / 2) + "H" + grid.width : "");
    lines.down.setAttribute("d", box ? "M" + (box.x + box.width / 2) + ",0V" + grid.height : "");
  }
  if (!mark) return;
  tip.textContent = mark.getAttribute("aria-label");
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  tip.style.transform = "translate(" + Math.max(8, left) + "px," + Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8) + "px)";
});
`;
