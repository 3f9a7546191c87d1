import { forgetPlans, isWritePlanned, notePlan } from "../../../lib/provider/activation/memo";

describe("what a plan remembers of its writes", () => {
  const row = { host: "local:/memo", path: "/opt/trust.p12", alias: "server" };

  test("knows a generation that comes beside another row of its alias, in whichever order they are planned", () => {
    notePlan("trust_truststore_entry", { ...row, sha256: "AA" }, true);
    notePlan("trust_truststore_entry", { ...row, sha256: "BB" }, false);
    expect(isWritePlanned(row.host, [row.path], [])).toBe(true);

    notePlan("trust_truststore_entry", { ...row, sha256: "AA" }, false);
    expect(isWritePlanned(row.host, [row.path], [])).toBe(false);
  });

  test("is forgotten where another plan begins: what was planned and rolled back is not in it any more", () => {
    notePlan("trust_file", { host: "local:/memo", path: "/opt/nginx.conf", sha256: "broken" }, true);
    forgetPlans();
    notePlan("trust_file", { host: "local:/memo", path: "/opt/nginx.conf", sha256: "right" }, false);
    expect(isWritePlanned("local:/memo", ["/opt/nginx.conf"], [])).toBe(false);
  });
});
