/** One server-sent event; data is JSON, so it holds no line break. */
export function encodeEvent({
  event,
  id,
  data,
}: {
  event?: string;
  id?: number;
  data: object | string;
}): string {
  const name = event === undefined ? "" : `event: ${event}\n`;
  const number = id === undefined ? "" : `id: ${id}\n`;
  return `${name}${number}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}
