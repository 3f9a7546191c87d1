import { type ReadHop, judgeHop } from "../../hop";
import { type Finding, type HopPlan, type HopVerdict, type TrustPlan, planIndex } from "../../model";
import { parsed } from "../../pki";
import { finding, refusal } from "../../rules";
import { formatAddress } from "../../model/formatAddress";
import type { HostReader } from "../hostReader";
import { activationRemedy } from "./activationRemedy";
import { type ReachedServer, shakeLive } from "./handshake";
import { intruders } from "./intruders";
import { joinLive } from "./joinLive";
import { whence } from "./whence";

/** How servers that run are tried. */
export interface LiveOptions {
  /** Randomness of the serial numbers of strangers' certificates. */
  readonly randomBytes: (length: number) => Uint8Array;
  /**
   * Whether every hop has to be tried: one whose server is not reached fails then.
   *
   * @default false
   */
  readonly insists?: boolean;
  /**
   * How long a connection is waited for, and each answer over it.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;
}

/** What files and a running server say of a hop together. */
export interface LiveProof {
  /** Absent where nothing is known. */
  readonly verdict?: HopVerdict;
  /** Why there was no live handshake; absent where there was one. */
  readonly filesOnly?: string;
}

/** Long enough for a login over SSH and a server that is busy. */
const TIMEOUT_MS = 5_000;

/** Calls the servers of a plan as its clients do, and as nobody may. */
export class LiveProver {
  private readonly tried = new Map<string, Promise<readonly Finding[]>>();

  constructor(
    private readonly plan: TrustPlan,
    private readonly reader: HostReader,
    private readonly options: LiveOptions & { readonly now: Date },
  ) {}

  /** @param verdict what the files say; absent where they say nothing of somebody else's server */
  async prove(hop: HopPlan, read: ReadHop, verdict: HopVerdict | undefined): Promise<LiveProof> {
    const { insists = false, timeoutMs = TIMEOUT_MS, now } = this.options;
    const files = verdict === undefined ? {} : { verdict };
    const endpoint = planIndex(this.plan).endpoint(hop.endpointId);
    if (endpoint === undefined) return files;
    if (read.client === undefined)
      return { ...files, filesOnly: `what ${hop.clientName} has cannot be read here` };
    const line = whence(this.plan, this.reader, hop, insists);
    if (typeof line === "string") return { ...files, filesOnly: line };
    const presents = read.material === undefined ? read.client.identity : judgeHop(read.material).presents;
    const live = await shakeLive({
      address: hop.address,
      port: endpoint.port,
      client: read.client,
      ...(presents === undefined ? {} : { presents }),
      line,
      subject: hop.id,
      ...(hop.letPassBecause === undefined ? {} : { letPassBecause: hop.letPassBecause }),
      now,
      timeoutMs,
    });
    if (!live.isReached) {
      if (!insists) return { ...files, filesOnly: live.why };
      const missed = finding(hop.id, refusal(live.rule, live.why, undefined, "none"), "error");
      return { verdict: joinLive(hop.id, verdict, { findings: [missed] }), filesOnly: live.why };
    }
    const extra = [
      ...(endpoint.identity.kind === "outside" ? [] : this.differs(hop, endpoint.port, live, verdict)),
      ...(await this.intrudersOf(hop, live)),
    ];
    return {
      verdict: joinLive(hop.id, verdict, { ...live, findings: [...live.findings, ...extra] }),
    };
  }

  /** A server that presents something else than its files hold, or, where they are not known, than the plan pins. */
  private differs(
    hop: HopPlan,
    port: number,
    { seen }: ReachedServer,
    verdict: HopVerdict | undefined,
  ): Finding[] {
    const [leaf] = seen.chain;
    const { endpoint, identity } = planIndex(this.plan);
    const inFiles = verdict?.serves;
    const pinned = identity(endpoint(hop.endpointId)?.identityId)?.pinned?.chain[0]?.sha256;
    const expected = inFiles ?? pinned;
    if (leaf === undefined || expected === undefined || leaf.sha256 === expected) return [];
    const facts =
      `${formatAddress(hop.address, port)} serves ${leaf.subject} (SHA-256 ${leaf.sha256}, ${leaf.notBefore} to ${leaf.notAfter}), ` +
      (inFiles === undefined
        ? `declared is SHA-256 ${expected}`
        : `its files hold SHA-256 ${expected}: the running server has not read them since`);
    const remedy = activationRemedy(this.plan, hop.endpointId);
    return [finding(hop.id, refusal("served-differs", facts, remedy, "none"))];
  }

  /** Tried once an endpoint and name, over the line of the hop that came first; somebody else's servers are left alone. */
  private async intrudersOf(
    { endpointId, address }: HopPlan,
    { seen, call, welcome }: ReachedServer,
  ): Promise<readonly Finding[]> {
    const endpoint = planIndex(this.plan).endpoint(endpointId);
    if (endpoint?.identity.kind === "outside" || endpoint?.clientAuthentication !== "require") return [];
    if (seen.chain.length === 0) return [];
    const key = JSON.stringify([endpointId, address, call.line.from]);
    const { now, randomBytes } = this.options;
    const { identity, ...anybody } = call;
    const [client] = (identity?.chain ?? []).map(parsed);
    const known =
      this.tried.get(key) ??
      intruders(anybody, {
        address: formatAddress(address, endpoint.port),
        subject: endpointId,
        now,
        randomBytes,
        ...(client === undefined ? {} : { client }),
        ...(welcome === undefined ? {} : { welcome }),
      });
    this.tried.set(key, known);
    return await known;
  }
}
