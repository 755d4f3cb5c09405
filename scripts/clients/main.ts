import { parseArgs } from "node:util";
import { runScript } from "../run-server.ts";
import { installPythonClients } from "./install-python-clients.ts";

const HELP = `npm run clients

Installs the Python clients that tests use (LangChain and LiteLLM) into node_modules/.cache.
Needs Python 3.10 or newer with venv and pip.`;

await runScript(HELP, async () => {
  const { values } = parseArgs({ options: { help: { type: "boolean", default: false } } });
  if (values.help) console.log(HELP);
  else await installPythonClients();
});
