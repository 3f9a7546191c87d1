import { readNginx } from "../../lib/config";

describe("readNginx", () => {
  test("reads directives, blocks, quotes and comments as nginx does", () => {
    const text = `# ssl_certificate /no;
http {
  server { listen 443 ssl; ssl_certificate "a b;{}.crt"; ssl_certificate_key 'it\\'s.key'; }
  if ($x = "}") { return 1; }
}
user www#not-a-comment;`;
    const [http, user] = readNginx(text);
    const [server] = http?.block ?? [];
    expect(http?.name).toBe("http");
    expect(server?.block.map(({ name, words }) => [name, ...words])).toEqual([
      ["listen", "443", "ssl"],
      ["ssl_certificate", "a b;{}.crt"],
      ["ssl_certificate_key", "it's.key"],
    ]);
    expect(http?.block[1]?.name).toBe("if");
    expect(user?.words).toEqual(["www#not-a-comment"]);
  });

  test("reads what is not whole as far as it goes, and what is nested without an end", () => {
    expect(readNginx("server { listen 1; } } } x y")).toMatchObject([{ name: "server" }]);
    expect(readNginx("a { ".repeat(100_000))).toHaveLength(1);
    expect(readNginx('x "no end')).toEqual([]);
  });
});
