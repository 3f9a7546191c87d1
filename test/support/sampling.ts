import fc from "fast-check";

// Every run tries the same samples, so that it fails by what was changed; SLOW=1 looks for new ones.
if (process.env["SLOW"] !== "1") fc.configureGlobal({ seed: 20_261_129 });
