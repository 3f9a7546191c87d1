import { spawnSync } from "node:child_process";
import { prometheusText } from "../../lib/report";
import { describeWith, tool } from "../support/tools";
import { ending, green, HOSTILE, reportOf } from "./reports";

function judged(text: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(tool("promtool"), ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

describe("prometheusText", () => {
  const text = prometheusText(reportOf());

  test("has the names and labels of x509-certificate-exporter, so that its alerts hold", () => {
    const labels =
      'subject_CN="Example, bank",issuer_CN="Example Root",serial_number="255",host="stock",filepath="/etc/trust.p12",alias="bank"';
    expect(text).toContain(`# TYPE x509_cert_not_after gauge\nx509_cert_not_after{${labels}} 1796342400\n`);
    expect(text).toContain(`x509_cert_not_before{${labels}} 1767225600\n`);
    expect(text).toContain(`x509_cert_expired{${labels}} 0\n`);
    expect(text).toContain('x509_read_errors{environment="production"} 1\n');
  });

  test("says of each hop whether it shakes hands, and leaves out what nobody proved", () => {
    const hop =
      'environment="production",stack="shop",client="Shop",address="stock.example.com:8443",hop="shop/Shop/Hop"';
    expect(text).toContain(`cdktf_trust_hop_ok{${hop}} 1\n`);
    expect(text).toContain(`cdktf_trust_hop_live{${hop}} 1\n`);
    expect(text).toContain(`cdktf_trust_hop_expires_timestamp_seconds{${hop}} 1803816000\n`);
    expect(text).not.toContain('hop="bank/Shop/Hop"');
    expect(text).toContain('cdktf_trust_hops{environment="production",verdict="not_proven"} 1\n');
    expect(text).toContain('cdktf_trust_verified_timestamp_seconds{environment="production"} 1796040000\n');
  });

  test("ends each line, has no timestamp of a sample, and no series twice", () => {
    const twice = reportOf();
    const again = prometheusText({ ...twice, certificates: [...twice.certificates, ...twice.certificates] });
    const series = again.split("\n").filter((each) => each.startsWith("x509_cert_not_after{"));
    expect(text.endsWith("\n")).toBe(true);
    expect(text.split("\n").filter((each) => /\} \S+ /.test(each))).toEqual([]);
    expect(series).toHaveLength(1);
  });
});

describeWith("promtool", "promtool on the textfile", () => {
  test.each([
    ["of an environment", reportOf()],
    ["without hops and certificates", reportOf({ hops: [], certificates: [] })],
    [
      "with hostile names and a negative serial number",
      reportOf({
        environment: HOSTILE,
        hops: [{ ...green, client: HOSTILE, address: HOSTILE, hopId: HOSTILE }],
        certificates: [
          {
            certificate: { ...ending, subject: `CN=${HOSTILE}`, issuer: HOSTILE, serialNumber: "-1f" },
            identityId: HOSTILE,
            place: { hostId: HOSTILE, path: HOSTILE, use: "trusted" },
          },
        ],
      }),
    ],
  ])("finds nothing wrong: one %s", (_what, report) => {
    expect(judged(prometheusText(report))).toEqual({ status: 0, said: "" });
  });

  test("would find what is wrong", () => {
    expect(judged(prometheusText(reportOf()).replace("# HELP x509_cert_expired", "# x509")).status).not.toBe(
      0,
    );
  });
});
