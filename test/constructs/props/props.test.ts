import { Fn, TerraformVariable } from "cdktf";
import { type IHost, Host, Keystore, type KeystoreProps, Secret } from "../../../lib";
import {
  type PropShapes,
  choice,
  either,
  flag,
  listOf,
  made,
  number,
  object,
  optional,
  requireProps,
  text,
  textList,
} from "../../../lib/constructs/props";
import { planOf } from "../../support/planOf";

interface Inner {
  readonly depth: number;
}

interface Props {
  readonly name: string;
  readonly names?: readonly string[];
  readonly size?: "small" | "large";
  readonly inner?: Inner;
  readonly inners?: readonly Inner[];
  readonly host?: IHost | string;
}

const inner = object<Inner>("{ depth }", { depth: number });

const shapes: PropShapes<Props> = {
  name: text,
  names: optional(textList),
  size: optional(choice<"small" | "large">({ small: true, large: true })),
  inner: optional(inner),
  inners: optional(listOf(inner)),
  host: optional(either(made<IHost>("a host", "hostId"), text)),
};

/** What is said of props, whatever the compiler would say. */
function said(props: unknown): string {
  try {
    requireProps("stack/Thing", shapes, props as Props);
    return "";
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid-props" });
    return (error as Error).message;
  }
}

describe("props that no compiler looked at", () => {
  test.each([
    ["fit", { name: "a", names: ["b"], size: "small", inner: { depth: 1 }, host: "app" }, ""],
    ["may be undefined where they may be left out", { name: "a", size: undefined }, ""],
    [
      "are not there",
      undefined,
      "the object of props is missing. Give name, names, size, inner, inners, host.",
    ],
    ["are a text", "a", "the object of props is a text. Give name, names, size, inner, inners, host."],
    ["lack one", {}, "name is missing. Give a text."],
    ["have one of another type", { name: 5 }, "name is 5. Give a text."],
    [
      "have one too many",
      { name: "a", colour: "red" },
      "there is no prop colour. There are name, names, size, inner, inners, host.",
    ],
    [
      "have a word that is none of those allowed",
      { name: "a", size: "huge" },
      'size is "huge". Give "small" or "large".',
    ],
    ["have a text for a list", { name: "a", names: "b" }, 'names is "b". Give a list of texts.'],
    ["have one wrong member of a list", { name: "a", names: ["b", null] }, "names[1] is null. Give a text."],
    [
      "have a wrong prop within a prop",
      { name: "a", inner: { depht: 1, depth: 1 } },
      "there is no prop inner.depht. Is depth meant?",
    ],
    [
      "have a wrong prop within a list",
      { name: "a", inners: [{ depth: "1" }] },
      'inners[0].depth is "1". Give a whole number.',
    ],
    ["have neither of two types", { name: "a", host: 5 }, "host is a number. Give a host, or a text."],
  ])("%s", (_, props, message) => {
    expect(said(props)).toBe(message === "" ? "" : `stack/Thing: ${message}`);
  });

  test("are all named at once", () => {
    expect(said({ nam: "a", size: "huge" })).toBe(
      'stack/Thing:\n  there is no prop nam. Is name meant?\n  name is missing. Give a text.\n  size is "huge". Give "small" or "large".',
    );
  });

  test.each([
    ["a text", (variable: TerraformVariable) => ({ name: variable.stringValue }), "name"],
    ["a part of a text", (variable: TerraformVariable) => ({ name: `a-${variable.stringValue}` }), "name"],
    [
      "what a function gives",
      (variable: TerraformVariable) => ({ name: Fn.join("-", [variable.stringValue, "b"]) }),
      "name",
    ],
    ["a list", (variable: TerraformVariable) => ({ name: "a", names: variable.listValue }), "names"],
    [
      "a member of a list",
      (variable: TerraformVariable) => ({ name: "a", names: ["b", variable.stringValue] }),
      "names[1]",
    ],
    [
      "a number",
      (variable: TerraformVariable) => ({ name: "a", inner: { depth: variable.numberValue } }),
      "inner.depth",
    ],
    [
      "a value of Terraform's own",
      (variable: TerraformVariable) => ({ name: variable.value as unknown }),
      "name",
    ],
  ])("are refused where Terraform fills in %s", (_, propsOf, name) => {
    planOf((stack) => {
      const message = said(propsOf(new TerraformVariable(stack, "variable", {})));
      expect(message).toContain(`stack/Thing: ${name} is a Terraform value`);
      expect(message).not.toContain("TfToken");
    });
  });

  test("never show what may be a secret", () => {
    const password = "Sommer-2026" as unknown as Secret;
    const declare = () =>
      planOf((stack) => new Keystore(stack, "Store", { host: Host.local("app"), path: "/s.p12", password }));
    expect(declare).toThrow(
      'stack/Store: password is a text. Give a Secret, for example Secret.named("store-password").',
    );
  });
});

test("a shape that is not its type does not compile", () => {
  // Looked at by the compiler alone.
  const host = made<IHost>("a host", "hostId");
  const whole = { host, path: text, password: made<Secret>("a Secret", "referenceIn") };
  // @ts-expect-error a prop is forgotten
  const forgotten: PropShapes<Pick<KeystoreProps, "host" | "path" | "password">> = { host, path: text };
  // @ts-expect-error a prop is too many
  const tooMany: PropShapes<Pick<KeystoreProps, "host">> = { host, path: text };
  // @ts-expect-error a prop that may be left out is demanded
  const demanded: PropShapes<Pick<KeystoreProps, "key">> = { key: text };
  // @ts-expect-error a prop that is demanded may be left out
  const leftOut: PropShapes<Pick<KeystoreProps, "path">> = { path: optional(text) };
  // @ts-expect-error less is taken than the type says
  const narrower: PropShapes<{ readonly port: number | string }> = { port: number };
  // @ts-expect-error more is taken than the type says
  const wider: PropShapes<{ readonly port: number }> = { port: either(number, text) };
  // @ts-expect-error a word is forgotten
  const word = choice<"small" | "large">({ small: true });
  const all = [whole, forgotten, tooMany, demanded, leftOut, narrower, wider, word, flag];
  expect(all).toHaveLength(9);
});
