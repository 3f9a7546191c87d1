import type { FoundStore, HopSource } from "../../hop";
import type { CliIo } from "../io";
import { readInput } from "../readInput";
import { openStoreFile, requiredSecret, secretOf } from "../store/storeFile";
import type { CalledFiles } from "./parts";

/** The files of a call, as they are on this machine. What cannot be read is an error that names the file. */
export function callSource(io: CliIo, { stores, files }: CalledFiles): HopSource {
  const opened = new Map<string, FoundStore>();
  return {
    store: (storeId) => {
      const given = stores.get(storeId);
      if (given === undefined) return undefined;
      const value = opened.get(storeId) ?? {
        store: openStoreFile(io, given.file, secretOf(io, given.password), given.passwordOption),
      };
      opened.set(storeId, value);
      return { value };
    },
    file: (fileId) => {
      const file = files.get(fileId);
      return file === undefined ? undefined : { value: readInput(io, file) };
    },
    secret: (reference) => ({ value: requiredSecret(io, reference, "the password") }),
  };
}

/** Whether a file that is trusted holds certificates as text, in place of a store. */
export function isPemFile(io: CliIo, file: string): boolean {
  return readInput(io, file).includes("-----BEGIN");
}
