import { Router } from "express";
import { clientSignal } from "./event-stream.ts";
import { toEntryBody, toReportCsv, toReportRowBody } from "./formats/report-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { askedRange } from "./asked-range.ts";
import { costQuerySchema, usageQuerySchema } from "./schemas/record-schemas.ts";
import { sendNdjson } from "./send-ndjson.ts";
import { settleRecord } from "./settle-record.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const NDJSON = "application/x-ndjson";

/** What was used, spent and saved; of the key's own tenant. */
export function reportRoutes({ ledger, recorder, apiKeys }: HttpDependencies): Router {
  const router = Router();
  const admin = authenticate(apiKeys, "admin");

  router.get("/v1/reports/costs", admin, async (request, response) => {
    const query = validate(costQuerySchema, request.query);
    const groupBy = query.group_by;
    const range = askedRange(query, response);
    const state = await settleRecord({ recorder }, response);
    const rows = await ledger.report({ ...range, groupBy, timeZone: query.time_zone });
    if (query.format === "csv") {
      response.attachment(`costs-by-${groupBy}.csv`).type("text/csv");
      response.send(toReportCsv(rows, groupBy));
      return;
    }
    const bodies = rows.map((row) => toReportRowBody(row, groupBy));
    if (query.format === "json") response.json({ rows: bodies, ...state });
    else response.type(NDJSON).send(bodies.map((body) => `${JSON.stringify(body)}\n`).join(""));
  });

  router.get("/v1/reports/usage.ndjson", admin, async (request, response) => {
    const query = validate(usageQuerySchema, request.query);
    const range = { ...askedRange(query, response), conversationId: query.conversation_id };
    await settleRecord({ recorder }, response);
    await sendNdjson(response, ledger.entries(range), toEntryBody, clientSignal(response));
  });
  return router;
}
