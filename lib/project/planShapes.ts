import type {
  ActivationPlan,
  ActivationStepPlan,
  ActivationWay,
  AliasChooser,
  AnchorPlan,
  AnchorsLocation,
  BindingPlan,
  CertificateSummary,
  ChainPart,
  ClientProgram,
  ConfigExpectationPlan,
  ConfigFilePlan,
  ConfigSetting,
  DistinguishedName,
  EndpointPlan,
  EntryPlan,
  FileContent,
  FilePlan,
  FingerprintInText,
  FingerprintPlan,
  HopPlan,
  HostConnection,
  HostPlan,
  PasswordStepPlan,
  HostPlatform,
  IdentityLocation,
  JavaVendor,
  OnForeign,
  ReaderPlan,
  Runbook,
  RunbookBack,
  RunbookStep,
  RuntimePlan,
  SecretReference,
  StorePlan,
  SubjectAltName,
  SystemPlan,
  TlsProtocol,
} from "../model";
import {
  type Shape,
  byKind,
  choiceOf,
  flag,
  listOf,
  mapOf,
  object,
  optional,
  orNull,
  text,
  textWith,
  wholeNumber,
  yes,
} from "./shape";

export const secret = textWith<SecretReference>(/^(env|file|cmd):./s, "env:NAME, file:PATH or cmd:COMMAND");
const chainPart = choiceOf<ChainPart>({ anchor: true, issuer: true, leaf: true });
const platform = choiceOf<HostPlatform>({ posix: true, windows: true });
const onForeign = choiceOf<OnForeign>({ refuse: true, replace: true });
const javaVendor = choiceOf<JavaVendor>({ oracle: true, openjdk: true, ibm: true });
const opensslPolicy = {
  securityLevel: optional(wholeNumber),
  minimumProtocol: optional(
    choiceOf<TlsProtocol>({ TLSv1: true, "TLSv1.1": true, "TLSv1.2": true, "TLSv1.3": true }),
  ),
};
const runtimes = {
  java: {
    release: optional(wholeNumber),
    update: optional(wholeNumber),
    vendor: optional(javaVendor),
    security: optional(text),
    securityProperties: optional(mapOf(text)),
    properties: optional(mapOf(text)),
  },
  openssl: { release: optional(text), ...opensslPolicy },
  node: { release: optional(wholeNumber), ...opensslPolicy },
};
const runtime = byKind<RuntimePlan>(runtimes);
const reader = byKind<ReaderPlan>({
  ...runtimes,
  windows: { release: optional(wholeNumber) },
  webmethods: {},
  nss: {},
  gnutls: {},
  "bouncy-castle": {},
  "node-forge": {},
});
const anchor = object<AnchorPlan>({ identityId: text, part: chainPart });
const anchorOrPublicRoots: Shape<AnchorPlan | "public-roots"> = (value, place) =>
  value === "public-roots" ? value : anchor(value, place);

export const host = byKind<HostPlan>({
  local: { id: text, platform, root: text },
  ssh: {
    id: text,
    platform,
    address: text,
    connection: object<HostConnection>({
      user: optional(text),
      jump: optional(text),
      identity: optional(text),
      hostKey: optional(text),
      password: optional(secret),
      sudo: optional(text),
    }),
  },
  manual: { id: text, platform },
  outside: { id: text, platform },
});

export const system = object<SystemPlan>({ id: text, label: text, product: text, hostId: text });

export const subjectAltName = object<SubjectAltName>({
  kind: choiceOf<SubjectAltName["kind"]>({ dns: true, ip: true, email: true, uri: true }),
  value: text,
});

export const distinguishedName = object<DistinguishedName>({
  commonName: text,
  organizationalUnit: optional(text),
  organization: optional(text),
  locality: optional(text),
  state: optional(text),
  country: optional(text),
});

export const certificateSummary = object<CertificateSummary>({
  subject: text,
  issuer: text,
  serialNumber: text,
  notBefore: text,
  notAfter: text,
  keyAlgorithm: text,
  subjectAltNames: listOf(subjectAltName),
  sha1: text,
  sha256: text,
});

export const store = object<StorePlan>({
  id: text,
  hostId: text,
  path: text,
  profile: choiceOf<StorePlan["profile"]>({ jks: true, modern: true, compat: true, "jdk-legacy": true }),
  reader: optional(reader),
  password: secret,
  formerPassword: optional(secret),
  ifMissing: choiceOf<StorePlan["ifMissing"]>({ create: true, fail: true }),
});

export const entry = byKind<EntryPlan>({
  key: {
    id: text,
    storeId: text,
    alias: text,
    identityId: text,
    keyPassword: optional(secret),
    onForeign,
  },
  anchor: {
    id: text,
    storeId: text,
    alias: text,
    declaredAlias: optional(text),
    generationOf: optional(text),
    identityId: text,
    part: chainPart,
    unlessAlreadyTrusted: flag,
    leftOut: optional(yes),
    onForeign,
  },
});

const identityLocation = byKind<IdentityLocation>({
  store: {
    storeId: text,
    alias: text,
    keyPassword: optional(secret),
    chosenBy: optional(choiceOf<AliasChooser>({ product: true, java: true, "server-name": true })),
  },
  pem: {
    certificateFileId: text,
    keyFileId: text,
    keyPassword: optional(secret),
  },
  outside: { leadsTo: optional(anchorOrPublicRoots) },
});

const anchorsLocation = byKind<AnchorsLocation>({
  store: { storeId: text },
  pem: { fileId: text },
  "public-roots": {},
  outside: { accepts: listOf(anchor) },
});

export const endpoint = object<EndpointPlan>({
  id: text,
  hostId: text,
  names: listOf(text),
  port: wholeNumber,
  identityId: optional(text),
  identity: identityLocation,
  clientAuthentication: choiceOf<EndpointPlan["clientAuthentication"]>({
    none: true,
    request: true,
    require: true,
  }),
  clientAnchors: optional(anchorsLocation),
  runtime,
  verifyDepth: optional(wholeNumber),
  defaultEndpointId: optional(text),
  checksHost: optional(yes),
  afterDeploy: listOf(text),
});

export const binding = object<BindingPlan>({
  id: text,
  identityId: text,
  identity: identityLocation,
  user: optional(text),
});

export const hop = object<HopPlan>({
  id: text,
  endpointId: text,
  address: text,
  clientHostId: text,
  clientName: text,
  anchors: anchorsLocation,
  runtime,
  programs: optional(listOf(choiceOf<ClientProgram>({ curl: true, newman: true }))),
  verifiesName: flag,
  letPassBecause: optional(textWith<string>(/\S/, "a reason")),
  bindingId: optional(text),
});

const fileContent = byKind<FileContent>({
  text: {
    text,
    fingerprints: optional(
      listOf(object<FingerprintInText>({ placeholder: text, identityId: text, part: chainPart })),
    ),
  },
  certificate: {
    identityId: text,
    part: choiceOf<ChainPart | "chain">({ anchor: true, issuer: true, leaf: true, chain: true }),
    encoding: choiceOf<"pem" | "der">({ pem: true, der: true }),
  },
  anchors: { anchors: listOf(anchor) },
  "private-key": { identityId: text, password: secret },
});

export const file = object<FilePlan>({
  id: text,
  hostId: text,
  path: text,
  mode: wholeNumber,
  content: fileContent,
  unproven: optional(text),
  beforeDestroy: optional(text),
});

const setting = byKind<ConfigSetting>({
  "xml-attribute": {
    element: text,
    attribute: text,
    value: orNull(text),
  },
  property: { key: text, value: orNull(text), onForeign: optional(onForeign) },
  line: { pattern: text, value: orNull(text) },
});

export const configFile = object<ConfigFilePlan>({
  id: text,
  hostId: text,
  path: text,
  settings: listOf(setting),
  source: optional(text),
});

export const expectation = object<ConfigExpectationPlan>({
  id: text,
  hostId: text,
  path: text,
  settings: listOf(setting),
  remedy: text,
});

export const activation = object<ActivationPlan>({
  id: text,
  hostId: text,
  label: text,
  way: byKind<ActivationWay>({
    run: {
      steps: listOf(
        object<ActivationStepPlan>({
          argv: listOf(text),
          on: choiceOf<ActivationStepPlan["on"]>({ host: true, runner: true }),
          timeoutSeconds: wholeNumber,
        }),
      ),
    },
    manual: { text },
    none: { reason: text },
  }),
  storeIds: listOf(text),
  fileIds: listOf(text),
  configFileIds: listOf(text),
  endpointIds: listOf(text),
});

export const passwordStep = object<PasswordStepPlan>({
  id: text,
  hostId: text,
  label: text,
  paths: listOf(text),
  text,
});

const runbookSteps = listOf(
  object<RunbookStep>({
    text,
    command: optional(text),
    check: optional(text),
    shows: optional(object<NonNullable<RunbookStep["shows"]>>({ identityId: text, part: chainPart })),
  }),
);

export const runbook = object<Runbook>({
  id: text,
  hostId: text,
  title: text,
  steps: runbookSteps,
  covers: optional(listOf(text)),
  back: optional(object<RunbookBack>({ before: optional(runbookSteps), after: runbookSteps })),
  unproven: optional(listOf(text)),
  keytool: optional(text),
});

export const fingerprint = object<FingerprintPlan>({
  id: text,
  identityId: text,
  part: chainPart,
  algorithm: choiceOf<FingerprintPlan["algorithm"]>({ sha1: true, sha256: true }),
  notation: choiceOf<FingerprintPlan["notation"]>({ colons: true, plain: true }),
});
