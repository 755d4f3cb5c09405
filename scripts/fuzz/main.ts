import { runScript } from "../run-server.ts";
import { startFuzzed } from "./start-fuzzed.ts";
import { findSchemathesis, runSchemathesis } from "./run-schemathesis.ts";

const HELP = `Usage: npm run fuzz [-- CASES [SCOPES]]

Starts a service and sends CASES generated requests (default 10,000) to its routes, a third with each kind of
key: chat, chat:all and chat+admin. SCOPES selects one kind. Exits with 1 if a reply is a 5xx or does not
match /openapi.json.

Needs schemathesis 4 (pip install schemathesis). SCHEMATHESIS is the path of its program st if it is not on the PATH.`;

const CASES = 10_000;

await runScript(HELP, async () => {
  const cases = Number(process.argv[2] ?? CASES);
  if (!Number.isInteger(cases) || cases < 3)
    throw new Error("CASES must be a whole number from 3.");
  const wanted = process.argv[3];
  const program = await findSchemathesis(process.env["SCHEMATHESIS"] ?? "st");
  const service = await startFuzzed();
  try {
    for (const { scopes, headers } of service.callers) {
      if (wanted !== undefined && wanted !== scopes) continue;
      console.log(`\nKey with the scope ${scopes}`);
      const isFine = await runSchemathesis(program, {
        url: service.url,
        headers,
        cases: Math.ceil(cases / service.callers.length),
        operations: service.operations,
      });
      if (!isFine) process.exitCode = 1;
    }
  } finally {
    await service.close();
  }
});
