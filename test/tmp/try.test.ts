import { mkdtempSync, readFileSync, writeFileSync, readdirSync, statSync } from "node:fs";
import { openHost, closeConnections } from "../../lib/hosts";
import { startSshServer } from "../support/sshServer";
it("works", async () => {
  const server = await startSshServer();
  try {
    const dir = mkdtempSync("/tmp/x-");
    writeFileSync(`${dir}/f`, "hello");
    const host = openHost(server.address, { connection: server.connection });
    const t0 = performance.now();
    console.log(await host.realPath(`${dir}/f`), performance.now() - t0);
    console.log(await host.readFile(`${dir}/f`), await host.readFile(`${dir}/g`));
    await host.exclusively(`${dir}/f`, async () => {
      console.log(readdirSync(dir));
      await host.replaceFile(`${dir}/f`, Buffer.alloc(1_000_000, 7));
    });
    console.log(readdirSync(dir), statSync(`${dir}/f`), await host.listBeside(`${dir}/f`), await host.sessionKey(`${dir}/f`));
    const t1 = performance.now();
    for (let i = 0; i < 20; i++) await host.readFile(`${dir}/g`);
    console.log((performance.now() - t1) / 20);
    const t2 = performance.now();
    for (let i = 0; i < 20; i++) await host.replaceFile(`${dir}/g`, Buffer.from("x"));
    console.log((performance.now() - t2) / 20);
  } finally { await closeConnections(); console.log(server.log()); await server.stop(); }
});
