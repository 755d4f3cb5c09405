import { clientSignal } from "../request-context.ts";
import { defineRoute } from "../define-route.ts";
import { json, lines, text } from "../described-body.ts";
import { toLedgerBody, toReportCsv, toReportRowBody } from "../formats/record-format.ts";
import {
  costQuerySchema,
  costReportSchema,
  costRowSchema,
  ledgerEntrySchema,
  usageQuerySchema,
} from "../schemas/record-schemas.ts";
import { sendNdjson } from "../ndjson.ts";
import { askedRange, settleRecord } from "../read-record.ts";

const NDJSON = "application/x-ndjson";

/** Usage, cost and savings of the caller's tenant. */
export const REPORT_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/reports/costs",
    summary: "Cost and saving by hour, day, model, conversation, user or tenant",
    scope: "admin",
    access: "tenant",
    query: costQuerySchema,
    replies: {
      200: {
        ...json(costReportSchema),
        ...text("text/csv"),
        ...lines("A row on each line", costRowSchema),
      },
    },
    handle:
      ({ ledger, recorder }) =>
      async ({ query, caller, response }) => {
        const groupBy = query.group_by;
        const range = askedRange(query, caller);
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
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/reports/usage.ndjson",
    summary: "The ledger, a request a line, oldest first",
    scope: "admin",
    access: "tenant",
    query: usageQuerySchema,
    replies: { 200: lines("A request on each line", ledgerEntrySchema) },
    handle:
      ({ ledger, recorder }) =>
      async ({ query, caller, response }) => {
        const range = { ...askedRange(query, caller), conversationId: query.conversation_id };
        await settleRecord({ recorder }, response);
        await sendNdjson(response, ledger.entries(range), toLedgerBody, clientSignal(response));
      },
  }),
];
