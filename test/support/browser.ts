import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { tool } from "./tools";

export interface OpenOptions {
  /** @default 1440 */
  readonly width?: number;
  /** @default "light" */
  readonly scheme?: "light" | "dark";
  /** @default "screen" */
  readonly media?: "screen" | "print";
  /** Whether the page's script runs. @default true */
  readonly isLive?: boolean;
  /** What follows `#` in the address. @default - nothing */
  readonly hash?: string;
}

/** A page in Chromium, with all that it said or asked for. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of scripts, and what was written to the console. */
  readonly said: readonly string[];
  /** Addresses that were asked for, besides the page's own. */
  readonly asked: readonly string[];
}

/** Chromium without a window, with pages of ours in a folder of its own. */
export class TestBrowser {
  readonly directory = mkdtempSync(join(tmpdir(), "trust-map-browser-"));
  private browser: Browser | undefined;
  private count = 0;

  async open(html: string, options: OpenOptions = {}): Promise<OpenedPage> {
    const { width = 1440, scheme = "light", media = "screen", isLive = true, hash = "" } = options;
    this.browser ??= await puppeteer.launch({
      executablePath: tool("chromium"),
      // Tests often run as root, where Chromium's own sandbox does not start.
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
    const file = join(this.directory, `${this.count++}.html`);
    writeFileSync(file, html);
    const page = await this.browser.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("dialog", (dialog) => {
      said.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== `file://${file}`) asked.push(request.url());
    });
    await page.setJavaScriptEnabled(isLive);
    await page.emulateMediaType(media);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.setViewport({ width, height: 900 });
    await page.goto(`file://${file}${hash === "" ? "" : `#${hash}`}`);
    return { page, said, asked };
  }

  async close(): Promise<void> {
    await this.browser?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
