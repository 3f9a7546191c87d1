export { MirrorError } from "./errors";
export { installMirror, MIRROR_PLATFORMS, type MirrorFile } from "./installMirror";
