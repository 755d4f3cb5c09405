import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { buildOpenApi } from "../../src/http/openapi.ts";
import { ROUTES } from "../../src/http/routes.ts";

/** A reply as sent. */
interface SentReply {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const DOCUMENT: any = JSON.parse(JSON.stringify(buildOpenApi(ROUTES, "0")));
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
addFormats.default(ajv);
ajv.addSchema({ ...DOCUMENT, $id: "openapi" });

const PATHS = Object.keys(DOCUMENT.paths)
  .toSorted((one, other) => Number(one.includes("{")) - Number(other.includes("{")))
  .map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`, "i"),
  }));

/**
 * Validates every reply of a server against the OpenAPI document: status, headers and body, including each line
 * or event.
 *
 * @returns the mismatches so far
 */
export function checkReplies(server: Server): { readonly problems: readonly string[] } {
  const problems: string[] = [];
  // Prepended, so that it sees the first byte before the app.
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    const keep = (chunk: unknown) => {
      if (typeof chunk === "string") chunks.push(Buffer.from(chunk));
      else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    };
    const [write, end] = [response.write.bind(response), response.end.bind(response)];
    response.write = (...given: any[]) => {
      keep(given[0]);
      return Reflect.apply(write, response, given);
    };
    response.end = (...given: any[]) => {
      keep(given[0]);
      return Reflect.apply(end, response, given);
    };
    response.once("finish", () => {
      const { method = "", url = "" } = request;
      const path = new URL(url, "http://localhost").pathname;
      const body = Buffer.concat(chunks).toString("utf8");
      const headers = response.getHeaders();
      const reply = { method, path, status: response.statusCode, headers, body };
      problems.push(...checkReply(reply).map((problem) => `${method} ${url}: ${problem}`));
    });
  });
  return { problems };
}

function checkReply(reply: SentReply): string[] {
  const { method, path, status } = reply;
  const known = PATHS.find(({ pattern }) => pattern.test(path));
  if (known === undefined) return path.startsWith("/v1/") ? checkError(reply, [404]) : [];
  if (method === "OPTIONS") return checkOptions(reply, DOCUMENT.paths[known.path]);
  const name = (method === "HEAD" ? "get" : method).toLowerCase();
  const operation = DOCUMENT.paths[known.path][name];
  if (operation === undefined) return checkMethod(reply, Object.keys(DOCUMENT.paths[known.path]));
  const described = operation.responses[status];
  if (described === undefined) return [`the status ${status} is not documented: ${reply.body}`];
  const pointer = `/paths/${escape(known.path)}/${name}/responses/${status}`;
  const headers = checkHeaders(reply, described, pointer);
  return method === "HEAD" ? headers : [...headers, ...checkBody(reply, described, pointer)];
}

function checkOptions({ status, headers }: SentReply, operations: object): string[] {
  const methods = Object.keys(operations).map((method) => method.toUpperCase());
  const allowed = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ");
  if (status === 403 || (status === 204 && headers["allow"] === allowed)) return [];
  return [`OPTIONS is ${status}, Allow is ${String(headers["allow"])}, not ${allowed}`];
}

/** An error outside of any operation: unknown path or method. */
function checkError(reply: SentReply, statuses: readonly number[]): string[] {
  if (!statuses.includes(reply.status))
    return [`${reply.status} is not one of ${statuses.join(", ")}`];
  return check("/components/schemas/Error", parse(reply.body));
}

function checkMethod(reply: SentReply, methods: readonly string[]): string[] {
  // Foreign pages and unreadable bodies are rejected before the method is checked.
  const problems = checkError(reply, [405, 403, 400]);
  const allowed = methods.map((method) => method.toUpperCase()).join(", ");
  if (reply.status !== 405 || reply.headers["allow"] === allowed) return problems;
  return [...problems, `Allow is ${String(reply.headers["allow"])}, not ${allowed}`];
}

function checkHeaders({ headers }: SentReply, described: any, pointer: string): string[] {
  return Object.entries<any>(described.headers ?? {}).flatMap(([name, { required }]) => {
    const value = headers[name.toLowerCase()];
    if (value === undefined) return required ? [`the header ${name} is missing`] : [];
    return check(`${pointer}/headers/${escape(name)}/schema`, toText(value));
  });
}

function checkBody(reply: SentReply, described: any, pointer: string): string[] {
  const { body, headers } = reply;
  const type = toText(headers["content-type"]).split(";")[0] ?? "";
  const content = described.content?.[type];
  if (described.content === undefined) return body === "" ? [] : ["there is a body"];
  if (content === undefined) return [`the media type ${type} is not documented`];
  const schema = `${pointer}/content/${escape(type)}/schema`;
  if (type === "application/json") return check(schema, parse(body));
  if (type === "application/x-ndjson") {
    const lines = body.split("\n").filter((line) => line !== "");
    return lines.flatMap((line) => check(`${schema}/x-itemSchema`, parse(line)));
  }
  return type === "text/event-stream" ? checkEvents(body, content.schema, schema) : [];
}

function checkEvents(body: string, described: any, pointer: string): string[] {
  const known: any[] = described.oneOf;
  return body.split("\n\n").flatMap((block) => {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data === undefined || data === "[DONE]") return [];
    const event = /^event: (.*)$/m.exec(block)?.[1] ?? "message";
    const index = known.findIndex(({ properties }) => properties.event.const === event);
    if (index === -1) return [`the event ${event} is not documented`];
    const place = `${pointer}/oneOf/${index}/properties/data/contentSchema`;
    return check(place, parse(data));
  });
}

function check(pointer: string, value: unknown): string[] {
  const validate = ajv.getSchema(`openapi#${pointer}`);
  if (validate === undefined) return [`there is no schema at ${pointer}`];
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${pointer}: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** A header value as text; empty if unset. */
function toText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Escapes a part of a JSON pointer in a URL. */
function escape(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
