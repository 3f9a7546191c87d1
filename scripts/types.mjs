// Bundles the declarations of the library, one file an entry: what stacks can import, and nothing of how it is made.
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

const bundle = await rollup({
  input: "lib/index.ts",
  external: /^[^./]/,
  plugins: [dts()],
  onwarn: ({ message }) => {
    throw new Error(message);
  },
});
await bundle.write({ file: "dist/index.d.cts", format: "es" });
await bundle.write({ file: "dist/cdktn.d.cts", format: "es", paths: { cdktf: "cdktn" } });
await bundle.close();
