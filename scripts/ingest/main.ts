import { parseArgs } from "node:util";
import { connectDocuments } from "./connect-documents.ts";
import { ingestPaths } from "./ingest-paths.ts";

const USAGE = `npm run ingest -- PATH… [--url http://127.0.0.1:3000] [--key KEY] [--dry-run]

Sends files, and all files below folders, to a running service. The document id is derived from the path, so
running the command again replaces changed files and embeds only what changed. --dry-run reports the changes
without making them. The API key needs the scope admin. Without --key, the key is read from REPRISE_KEY.
Exits with 1 if a file was refused.`;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: "string", default: "http://127.0.0.1:3000" },
      key: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) process.stdout.write(`${USAGE}\n`);
  else {
    if (positionals.length === 0) throw new Error("Name at least one file or folder.");
    const key = values.key ?? process.env["REPRISE_KEY"];
    const { refused } = await ingestPaths(positionals, {
      documents: connectDocuments({ url: values.url, key, isDryRun: values["dry-run"] }),
      print: (line) => process.stdout.write(`${line}\n`),
    });
    if (refused > 0) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
