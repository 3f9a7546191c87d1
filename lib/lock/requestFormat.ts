import type {
  DefaultedMember,
  DistinguishedName,
  ExtendedKeyUsage,
  KeyAlgorithm,
  SubjectAltName,
} from "../model";
import type { JsonObject, JsonReader } from "./jsonReader";
import type { LockedIdentity } from "./lock";
import type { RequestRecord, RequestedRecord } from "./requestRecord";

const KEY_ALGORITHMS: readonly KeyAlgorithm[] = [
  "rsa-2048",
  "rsa-3072",
  "rsa-4096",
  "ec-p256",
  "ec-p384",
  "ed25519",
];
const USAGES: readonly ExtendedKeyUsage[] = ["serverAuth", "clientAuth"];
const NAME_KINDS: readonly SubjectAltName["kind"][] = ["dns", "ip", "email", "uri"];
const DEFAULTED: readonly DefaultedMember[] = ["commonName", "keyAlgorithm", "validityDays"];
const NAME_PARTS = ["organizationalUnit", "organization", "locality", "state", "country"] as const;
const SUBJECT_MEMBERS = ["commonName", ...NAME_PARTS];
const NAMED_MEMBERS = ["subject", "names", "keyAlgorithm", "extendedKeyUsages"];
const CERTIFICATE_MEMBERS = [...NAMED_MEMBERS, "validityDays"];
/** Of a record, by kind. */
const MEMBERS: Readonly<Record<RequestRecord["kind"], readonly string[]>> = {
  "self-signed": CERTIFICATE_MEMBERS,
  issued: [...CERTIFICATE_MEMBERS, "issuerId"],
  requested: [...NAMED_MEMBERS, "isAuthority", "pathLength"],
  authority: ["subject", "keyAlgorithm", "validityDays", "pathLength", "issuerId"],
  existing: ["alias"],
  imported: ["alias"],
  certificate: [],
};
const MAXIMUM_VALIDITY_DAYS = 36_500;

/** The record as the lock writes it, in a fixed order: its kind stands beside it. */
export function formatRequest(request: RequestRecord | string): JsonObject | string {
  if (typeof request === "string") return request;
  if (request.kind === "certificate") return {};
  if (request.kind === "existing" || request.kind === "imported") return inOrder(request, ["alias"]);
  return {
    ...inOrder(request, ["issuerId"]),
    subject: inOrder(request.subject, SUBJECT_MEMBERS),
    ...(request.kind === "authority"
      ? {}
      : { names: request.names.map((name) => inOrder(name, ["kind", "value"])) }),
    ...inOrder(request, ["keyAlgorithm", "validityDays", "isAuthority", "pathLength", "extendedKeyUsages"]),
  };
}

/** @throws LockError `damaged-lock` */
export function readRequest(reader: JsonReader, kind: LockedIdentity["kind"]): RequestRecord | string {
  if (kind === "requested") return readRequestedRecord(reader);
  if (typeof reader.value("request") === "string") return reader.hexadecimal("request", 32);
  const request = reader.object("request");
  request.allowOnly(MEMBERS[kind]);
  if (kind === "certificate") return { kind };
  if (kind === "existing") return { kind, alias: request.text("alias") };
  if (kind === "imported") return { kind, ...(request.has("alias") ? { alias: request.text("alias") } : {}) };
  if (kind === "self-signed") return { kind, ...readCertificateRequest(request) };
  if (kind === "issued")
    return { kind, issuerId: request.text("issuerId"), ...readCertificateRequest(request) };
  return {
    kind,
    ...readKeyRequest(request),
    validityDays: readValidity(request),
    ...readPathLength(request),
    ...(request.has("issuerId") ? { issuerId: request.text("issuerId") } : {}),
  };
}

/** @throws LockError `damaged-lock` */
export function readRequestedRecord(reader: JsonReader): RequestedRecord {
  const request = reader.object("request");
  request.allowOnly(MEMBERS.requested);
  if (!request.has("isAuthority")) return { kind: "requested", ...readNamedRequest(request) };
  if (request.value("isAuthority") !== true) throw request.damaged("isAuthority", "true was expected");
  return {
    kind: "requested",
    ...readNamedRequest(request),
    isAuthority: true,
    ...readPathLength(request),
  };
}

/** @throws LockError `damaged-lock` */
export function readDefaults(reader: JsonReader): DefaultedMember[] {
  return reader.choices("defaults", DEFAULTED);
}

function readCertificateRequest(request: JsonReader) {
  return { ...readNamedRequest(request), validityDays: readValidity(request) };
}

function readNamedRequest(request: JsonReader) {
  return {
    ...readKeyRequest(request),
    names: request.objects("names").map(readName),
    extendedKeyUsages: request.choices("extendedKeyUsages", USAGES),
  };
}

function readKeyRequest(request: JsonReader) {
  return {
    subject: readSubject(request.object("subject")),
    keyAlgorithm: request.choice("keyAlgorithm", KEY_ALGORITHMS),
  };
}

function readPathLength(request: JsonReader): { pathLength?: number } {
  return request.has("pathLength")
    ? { pathLength: request.integer("pathLength", 0, Number.MAX_SAFE_INTEGER) }
    : {};
}

function readValidity(request: JsonReader): number {
  return request.integer("validityDays", 1, MAXIMUM_VALIDITY_DAYS);
}

function readName(name: JsonReader): SubjectAltName {
  name.allowOnly(["kind", "value"]);
  return { kind: name.choice("kind", NAME_KINDS), value: name.text("value") };
}

function readSubject(subject: JsonReader): DistinguishedName {
  subject.allowOnly(SUBJECT_MEMBERS);
  const parts = NAME_PARTS.flatMap((part): [string, string][] =>
    subject.has(part) ? [[part, subject.text(part)]] : [],
  );
  return { commonName: subject.text("commonName"), ...Object.fromEntries(parts) };
}

/** The named members, those that are there, in this order. */
function inOrder(object: object, names: readonly string[]): JsonObject {
  const members = new Map<string, unknown>(Object.entries(object));
  return Object.fromEntries(
    names.filter((name) => members.has(name)).map((name) => [name, members.get(name)]),
  );
}
