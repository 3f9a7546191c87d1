import { ConfigError, readXmlElements } from "../../lib/config";

describe("readXmlElements", () => {
  test("gives the elements in their order, with their attributes decoded", () => {
    const text = `<?xml version="1.0"?><!-- <no/> --><a:Server x="1 &amp; &#x41;&unknown;"><B y='"'/><![CDATA[<no/>]]></a:Server>`;
    expect(readXmlElements(Buffer.from(text))).toEqual([
      { name: "Server", attributes: new Map([["x", "1 & A&unknown;"]]) },
      { name: "B", attributes: new Map([["y", '"']]) },
    ]);
  });

  test("refuses what is no XML", () => {
    expect(() => readXmlElements(Buffer.from("<a><b></a>"))).toThrow(ConfigError);
  });
});
