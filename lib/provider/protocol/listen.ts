import type { ListenOptions, Server } from "node:net";

/** Lets a server listen; what keeps it from that is thrown. */
export function listen<Listening extends Server>(
  server: Listening,
  where: ListenOptions,
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(where, () => resolve(server));
  });
}
