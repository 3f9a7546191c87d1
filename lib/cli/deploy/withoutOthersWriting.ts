/**
 * Starts a program so that nobody else may write what it makes, whatever the umask was. Reading is left as it
 * was: what is secret is made 0600 by whoever makes it, and a product's hook must still make files that the
 * product can read.
 */
export function withoutOthersWriting<Result>(start: () => Result): Result {
  const before = process.umask();
  process.umask(before | 0o022);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}
