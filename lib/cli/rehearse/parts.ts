import { basename } from "node:path";

import type {
  AnchorsLocation,
  FilePlan,
  IdentityLocation,
  SecretReference,
  StorePlan,
  TrustPlan,
} from "../../model";
import { TRUST_PLAN_FORMAT_VERSION } from "../../model";
import type { AnchorFiles, IdentityFiles } from "./ends";

/** Ends of a call, which are the hosts of its plan, so that findings say whose file they mean. */
export type Side = "server" | "client";

/** A store as the command line names it. */
export interface GivenStore {
  readonly file: string;
  readonly password?: SecretReference;
  /** The option that gives the password, where one is missing. */
  readonly passwordOption: string;
}

/** What the stores and files of a plan are on this machine. */
export interface CalledFiles {
  /** Paths by the ids of stores. */
  readonly stores: ReadonlyMap<string, GivenStore>;
  /** Paths by the ids of files. */
  readonly files: ReadonlyMap<string, string>;
}

/** Nothing in this plan is delivered or opened by this reference: anchors are read without a password too. */
const NO_PASSWORD: SecretReference = "env:NONE";

/** A plan of files that were named on the command line, without anything in it yet. */
export function planOfFiles(name: string): TrustPlan {
  const none = { systems: [], identities: [], entries: [], configFiles: [], runbooks: [], fingerprints: [] };
  return {
    formatVersion: TRUST_PLAN_FORMAT_VERSION,
    toolVersion: "",
    project: name,
    environment: name,
    stack: name,
    hosts: (["server", "client"] as const).map((id) => ({ id, kind: "manual", platform: "posix" })),
    ...none,
    stores: [],
    files: [],
    endpoints: [],
    bindings: [],
    hops: [],
  };
}

/** Stores and files of the ends of a call, as they are named, and as parts of a plan. */
export class Parts {
  readonly stores = new Map<string, { readonly plan: StorePlan; readonly given: GivenStore }>();
  readonly files = new Map<string, { readonly plan: FilePlan; readonly file: string }>();

  constructor(private readonly isPem: (file: string) => boolean) {}

  identity(side: Side, given: IdentityFiles, alias = ""): IdentityLocation {
    const opening = given.keyPassword === undefined ? {} : { keyPassword: given.keyPassword };
    if (given.kind === "pem")
      return {
        kind: "pem",
        certificateFileId: this.file(side, given.certificateFile),
        keyFileId: this.file(side, given.keyFile),
        ...opening,
      };
    return {
      kind: "store",
      storeId: this.store(side, given),
      alias,
      ...opening,
      chosenBy: given.alias === undefined ? "java" : "product",
    };
  }

  anchors(side: Side, given: AnchorFiles | undefined): AnchorsLocation {
    if (given === undefined) return { kind: "public-roots" };
    return this.isPem(given.file)
      ? { kind: "pem", fileId: this.file(side, given.file) }
      : { kind: "store", storeId: this.store(side, given) };
  }

  /** Paths by the ids of stores. */
  get storeFiles(): CalledFiles["stores"] {
    return new Map([...this.stores].map(([id, { given }]) => [id, given]));
  }

  /** Paths by the ids of files. */
  get otherFiles(): CalledFiles["files"] {
    return new Map([...this.files].map(([id, { file }]) => [id, file]));
  }

  private store(side: Side, { file, password }: AnchorFiles): string {
    const id = `${side}:${file}`;
    // Of a keystore the password is not left out.
    const passwordOption = `--${side}-truststore-password`;
    const given = { file, passwordOption, ...(password === undefined ? {} : { password }) };
    const known = this.stores.get(id);
    // One file may be keystore and truststore; either option may have its password.
    if (known !== undefined && known.given.password !== undefined) return id;
    this.stores.set(id, {
      given,
      plan: {
        id,
        hostId: side,
        path: basename(file),
        profile: "modern",
        password: password ?? NO_PASSWORD,
        ifMissing: "fail",
      },
    });
    return id;
  }

  private file(side: Side, file: string): string {
    const id = `${side}:${file}`;
    const content = { kind: "text", text: "" } as const;
    this.files.set(id, { file, plan: { id, hostId: side, path: basename(file), mode: 0o600, content } });
    return id;
  }
}
