/** Where products keep their stores on a POSIX machine, as their manuals and packages have it. */
export const PRODUCT_ROOTS: readonly string[] = [
  "/apps",
  "/etc",
  "/home",
  "/opt",
  "/root",
  "/srv",
  "/u01",
  "/usr/java",
  "/usr/lib/jvm",
  "/usr/local",
  "/usr/lpp",
  "/var/lib",
  "/var/opt",
];

/** A folder that stands for a machine is searched as a whole, drives of Windows included. */
export const WHOLE_MIRROR: readonly string[] = ["/"];
