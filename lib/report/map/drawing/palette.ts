/** A colour on a light page and on a dark one; what carries meaning has a contrast of 3 or more, text of 4.5. */
interface Shade {
  readonly light: string;
  readonly dark: string;
}

/**
 * Colour marks exceptions only, and never alone: each has a sign too (✕ ! + Δ −). Names are those of the variables of
 * the page's style.
 */
export const PALETTE = {
  page: { light: "#FAFAF7", dark: "#14171B" },
  field: { light: "#FFFFFF", dark: "#1B1F24" },
  ink: { light: "#1B1F24", dark: "#E9EBEE" },
  muted: { light: "#5A6270", dark: "#A5AEBA" },
  line: { light: "#DADDE2", dark: "#323942" },
  wire: { light: "#7F8894", dark: "#7C8794" },
  block: { light: "#ECEEF1", dark: "#262C34" },
  fails: { light: "#B3261E", dark: "#FF8B80" },
  onFails: { light: "#FFFFFF", dark: "#2A0503" },
  soon: { light: "#8A5300", dark: "#FFC24A" },
  soonLine: { light: "#B06A00", dark: "#E0A526" },
  soonFill: { light: "#F2B632", dark: "#E0A526" },
  added: { light: "#0B57A4", dark: "#7DB8FF" },
  changed: { light: "#6B3FA0", dark: "#CBA6FF" },
} as const satisfies Readonly<Record<string, Shade>>;

export type ColourName = keyof typeof PALETTE;

/** The colour where no style is followed: a viewer that drops styles shows the light page. */
export function plain(name: ColourName): string {
  return PALETTE[name].light;
}

/** Declarations of the variables `--page`, `--ink`, …. */
export function variables(theme: keyof Shade): string {
  return Object.entries(PALETTE)
    .map(([name, shade]) => `--${name}:${shade[theme]};`)
    .join("");
}
