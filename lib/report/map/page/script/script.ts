import { INPUT_SCRIPT } from "./input";
import { SHOW_SCRIPT } from "./show";
import { START_SCRIPT } from "./start";
import { STATE_SCRIPT } from "./state";

/**
 * The page's script: it filters, shows details, and answers the keyboard. The page says everything without it. It
 * makes text of data by `textContent` alone, and asks for nothing over the network.
 */
export const PAGE_SCRIPT = `(() => {
"use strict";
${[STATE_SCRIPT, SHOW_SCRIPT, INPUT_SCRIPT, START_SCRIPT].map((part) => part.trim()).join("\n")}
})();
`;
