/** What makes the page a live one. */
export const START_SCRIPT = `
for (const pick of picks) {
  pick.setAttribute("role", "button");
  pick.setAttribute("tabindex", "-1");
  const found = pickOf(pick);
  // What is written may be cut: then the whole name follows it.
  const written = pick.textContent.trim().replace(/\\s+/g, " ");
  const name = nameOf(found);
  pick.setAttribute("aria-label", kinds[found.kind] + " " + written + (written.includes(name) ? "" : ", " + name));
}
const days = Math.floor((Date.now() - Date.parse(data.at)) / 86400000);
if (days >= 1) one("#age").textContent = " · this map is " + days + (days === 1 ? " day" : " days") + " old";
for (const hidden of all("[data-live]")) hidden.hidden = false;
addEventListener("hashchange", () => {
  readAddress();
  apply();
});
readAddress();
apply();
if (/^#h\\d+$/.test(location.hash) === false && state.hop >= 0) rows[state.hop].scrollIntoView({ block: "center" });
`;
