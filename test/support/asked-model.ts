import { ANSWER, delta, finish, USAGE, whole, type SeenBody } from "./model-server.ts";

/** The tool call of the model. */
export const WEATHER = { name: "get_weather", args: { city: "Paris" } };

/**
 * A model with tool support: calls the weather tool if offered, repeats a tool's result, and returns 30 days in
 * the requested format.
 */
export function sayAsAsked({
  messages,
  tools = [],
  tool_choice: choice,
  response_format: format,
}: SeenBody) {
  const last = messages.at(-1);
  if (last.role === "tool") return whole(`The tool says: ${last.content}`);
  const named = choice?.function?.name ?? tools[0]?.function.name;
  const isWeather = JSON.stringify(last.content).includes("weather");
  if (tools.length > 0 && choice !== "none" && (isWeather || choice !== undefined)) {
    return call(named, isWeather ? WEATHER.args : { days: 30 });
  }
  return whole(format?.type === "json_schema" ? '{"days":30}' : ANSWER);
}

/** A tool call in pieces. */
function call(name: string, args: object) {
  const text = JSON.stringify(args);
  const piece = (json: string) =>
    delta({ tool_calls: [{ index: 0, function: { arguments: json } }] });
  return [
    delta({ role: "assistant", content: null }),
    delta({
      tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name, arguments: "" } }],
    }),
    piece(text.slice(0, 5)),
    piece(text.slice(5)),
    finish("tool_calls"),
    USAGE,
  ];
}
