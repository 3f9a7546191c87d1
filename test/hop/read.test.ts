import { problem } from "../../lib/hop/read";
import { sentenceOf } from "../../lib/rules";
import { TrustError } from "../../lib/model";

test("an error that is found is one sentence, and its remedy follows", () => {
  const error = new TrustError(
    "not-a-file",
    "/opt/keys is a directory. Give the path of a file. Nothing was changed.",
  );

  const { finding } = problem("file-unreadable", "keys", error, "server: /opt/keys");

  expect(sentenceOf(finding)).toMatch(
    /^server: \/opt\/keys: \/opt\/keys is a directory\. Give the path of a file(?: \("[^)]*\))?; \w/,
  );
});
