import { ResourceNames } from "../../../lib/synth/terraform/resourceName";

describe("names in Terraform's addresses", () => {
  test("are the construct's path below its stack", () => {
    const names = new ResourceNames("stack");
    expect(names.nameOf("stack/ElectricFlow/Endpoint/KeyEntry")).toBe("ElectricFlow_Endpoint_KeyEntry");
    expect(names.nameOf("stack/Ispw/CallsBack-electricflow", "ab12cd34")).toBe(
      "Ispw_CallsBack-electricflow_ab12cd34",
    );
    expect(names.nameOf("other/Authority")).toBe("other_Authority");
    expect(names.nameOf("stack/1st")).toBe("_1st");
  });

  test("stay the same for the same thing, and differ for things that would collide", () => {
    const names = new ResourceNames("stack");
    const first = names.nameOf("stack/A/B_C");
    expect(names.nameOf("stack/A/B_C")).toBe(first);
    expect(names.nameOf("stack/A_B/C")).toMatch(/^A_B_C_[0-9a-f]{8}$/);
  });
});
