import { runScript } from "../run-server.ts";
import { startFuzzed } from "./start-fuzzed.ts";
import { findSchemathesis, runSchemathesis } from "./run-schemathesis.ts";

const HELP = `Usage: npm run fuzz [-- CASES [SCOPES]]

Sends CASES generated requests (10,000 unless told) to every route of a service of its own, a third with
each kind of key: chat, chat:all and chat+admin; SCOPES is one of these alone. Ends with code 1 where a reply is a 5xx, or is not as
/openapi.json has it.

Needs schemathesis 4 (pip install schemathesis); SCHEMATHESIS names its program st where it is elsewhere.`;

const CASES = 10_000;

await runScript(HELP, async () => {
  const cases = Number(process.argv[2] ?? CASES);
  if (!Number.isInteger(cases) || cases < 3) throw new Error("CASES must be a whole number.");
  const wanted = process.argv[3];
  const program = await findSchemathesis(process.env["SCHEMATHESIS"] ?? "st");
  const service = await startFuzzed();
  try {
    for (const { scopes, headers } of service.callers) {
      if (wanted !== undefined && wanted !== scopes) continue;
      console.log(`\nA key of the scope ${scopes}`);
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
