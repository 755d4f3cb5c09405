import { parseArgs } from "node:util";
import { connectLog } from "./connect-log.ts";
import { labelLookups } from "./label-lookups.ts";
import { openKeys } from "./open-keys.ts";

const USAGE = `npm run label -- [--url http://127.0.0.1:3000] [--key KEY] [--from 2026-11-01] [--to 2026-11-30]

Shows logged lookups without a label, near misses first. Keys: y the cached answer answers the question,
n it does not, s skip, u undo, q quit. The API key needs the scope admin. Without --key, the key is read
from REPRISE_KEY.`;

try {
  const { values } = parseArgs({
    options: {
      url: { type: "string", default: "http://127.0.0.1:3000" },
      key: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) process.stdout.write(`${USAGE}\n`);
  else {
    const log = connectLog({ ...values, key: values.key ?? process.env["REPRISE_KEY"] });
    const keys = openKeys(process.stdin);
    const print = (text: string) => process.stdout.write(text);
    await labelLookups({ log, keys, print }).finally(() => keys.close());
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
