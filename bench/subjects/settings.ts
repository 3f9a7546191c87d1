import { editConfig, readSettings } from "../../lib/config";
import type { ConfigSetting } from "../../lib/model";
import { compare } from "../report";

const FEW = 1_000;
const MANY = 8_000;
const ROUNDS = 3;
/** Linear is `MANY / FEW`. */
const target = { ratio: 12, kind: "most" } as const;

const name = (index: number) => `key.${String(index).padStart(5, "0")}`;

const KINDS: Readonly<
  Record<ConfigSetting["kind"], (index: number, value: string) => ConfigSetting & { value: string }>
> = {
  property: (index, value) => ({ kind: "property", key: name(index), value }),
  line: (index, value) => ({
    kind: "line",
    pattern: `^${name(index).replace(".", "\\.")} `,
    value: `${name(index)} ${value}`,
  }),
  "xml-attribute": (index, value) => ({
    kind: "xml-attribute",
    element: name(index),
    attribute: "value",
    value,
  }),
};

/** Thousands of settings in one file: eight times as many are to take eight times as long. */
export async function benchSettings(): Promise<void> {
  for (const [kind, setting] of Object.entries(KINDS)) {
    const job = (
      count: number,
      run: (bytes: Buffer, settings: (value: string) => ConfigSetting[]) => void,
    ) => {
      const settings = (value: string) => Array.from({ length: count }, (_, index) => setting(index, value));
      const bytes = fileOf(kind, settings("old"));
      return { name: `${count}`, run: () => run(bytes, settings) };
    };
    const jobs = {
      read: (bytes: Buffer, settings: (value: string) => ConfigSetting[]) =>
        void readSettings(bytes, settings("old")),
      "leave as it is": (bytes: Buffer, settings: (value: string) => ConfigSetting[]) =>
        void editConfig(bytes, settings("old")),
      change: (bytes: Buffer, settings: (value: string) => ConfigSetting[]) =>
        void editConfig(bytes, settings("new")),
    };
    for (const [what, run] of Object.entries(jobs)) {
      await compare(
        { title: `${kind}: ${what}`, target, base: `${FEW}` },
        [job(FEW, run), job(MANY, run)],
        ROUNDS,
      );
    }
  }
}

function fileOf(kind: string, settings: readonly ConfigSetting[]): Buffer {
  if (kind !== "xml-attribute") return editConfig(Buffer.from("first line\n"), settings);
  const elements = settings.map((_, index) => `  <${name(index)} value="old"/>\n`);
  return Buffer.from(`<?xml version="1.0"?>\n<all>\n${elements.join("")}</all>\n`);
}
