import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

/** True when the package is installed, which is not said by `package.json`. */
export function isInstalled(name: string): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether tests that need a part that `npm ci` does not bring can run. Without it a line says so.
 *
 * @throws Error without it where CI=true: there nothing is skipped
 */
export function hasPart(isThere: boolean, what: string, how: string): boolean {
  if (isThere) return true;
  if (process.env["CI"] === "true") throw new Error(`There is no ${what}; ${how}.`);
  console.log(`There is no ${what} (${how}): its tests are skipped.`);
  return false;
}
