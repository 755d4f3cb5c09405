import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

/** True if the package is installed. Optional packages are not in `package.json`. */
export function isInstalled(name: string): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether tests of an optional dependency can run. Prints a line if it is missing.
 *
 * @throws Error if it is missing and CI=true: no test may be skipped there
 */
export function hasPart(isThere: boolean, what: string, how: string): boolean {
  if (isThere) return true;
  if (process.env["CI"] === "true") throw new Error(`There is no ${what}; ${how}.`);
  console.log(`There is no ${what} (${how}): its tests are skipped.`);
  return false;
}
