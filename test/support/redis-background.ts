/** Commands that the watch over Redis's data and the consumer of usage send on their own. */
export const BACKGROUND = new Set([
  "GET index:data-set",
  "PING",
  // The consumer makes its group when it finds none: at the first start on an empty Redis.
  "XGROUP",
  "XREADGROUP",
  "XAUTOCLAIM",
  "XACK",
  "XDEL",
  "MULTI",
  "EXEC",
]);
