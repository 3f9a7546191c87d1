import { Turns } from "../../../lib/cli/deploy/turns";

describe("what is said of things that are done side by side", () => {
  test("comes in their order and whole, whichever ends first", () => {
    const said: string[] = [];
    const turns = new Turns(["a", "b", "c"]);
    const say = (thing: string, word: string) => turns.say(thing, () => said.push(`${thing} ${word}`));
    say("b", "begins");
    say("a", "begins");
    expect(said).toEqual(["a begins"]);
    say("c", "begins");
    say("c", "ends");
    turns.end("c");
    say("a", "ends");
    turns.end("a");
    expect(said).toEqual(["a begins", "a ends", "b begins"]);
    say("b", "ends");
    turns.end("b");
    expect(said.slice(3)).toEqual(["b ends", "c begins", "c ends"]);
  });

  test("somebody who waits for a turn gets it when all before have ended", async () => {
    const turns = new Turns(["a", "b", "c"]);
    const got: string[] = [];
    await turns.turnOf("a");
    const waiting = ["c", "b"].map(async (thing) => {
      await turns.turnOf(thing);
      got.push(thing);
      turns.end(thing);
    });
    turns.end("a");
    await Promise.all(waiting);
    expect(got).toEqual(["b", "c"]);
  });
});
