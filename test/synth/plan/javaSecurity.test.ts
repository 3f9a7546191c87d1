import { withJavaSecurity } from "../../../lib/synth/plan/javaSecurity";
import type { TrustPlan } from "../../../lib/model";

const runtime = { kind: "java", release: 17, security: "conf/java.security" } as const;
const plan = { endpoints: [{ runtime }], hops: [{ runtime: { kind: "openssl" } }] } as unknown as TrustPlan;
const reading = (text: string | undefined) =>
  withJavaSecurity(plan, () => (text === undefined ? undefined : Buffer.from(text)));

describe("a site's java.security", () => {
  test("is in the plan with what decides about hops", () => {
    const { endpoints, hops } = reading(
      "security.provider.1=SUN\njdk.tls.disabledAlgorithms=SSLv3, \\\n    TLSv1.3\n",
    );
    expect(endpoints[0]?.runtime).toEqual({
      ...runtime,
      securityProperties: { "jdk.tls.disabledAlgorithms": "SSLv3, TLSv1.3" },
    });
    expect(hops[0]?.runtime).toEqual({ kind: "openssl" });
  });

  test.each([
    [undefined, "there is no such file"],
    ["nothing=here\n", "it sets none of jdk.certpath.disabledAlgorithms"],
    [
      "jdk.tls.disabledAlgorithms=SSLv3, SHA224 & usage TLSServer\n",
      'has the entry "SHA224 & usage TLSServer", which no Java reads',
    ],
    ["ssl.KeyManagerFactory.algorithm=IbmX509\n", "of which it is not known which key it presents"],
  ])("that is none is refused: %j", (text, message) => {
    expect(() => reading(text)).toThrow(message);
  });
});
