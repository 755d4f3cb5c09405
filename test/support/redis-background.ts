/** Commands of background tasks: the check of Redis's data set and the usage consumer. */
export const BACKGROUND = new Set([
  "GET index:data-set",
  "PING",
  // The consumer creates its group if missing: at the first start on an empty Redis.
  "XGROUP",
  "XREADGROUP",
  "XAUTOCLAIM",
  "XACK",
  "XDEL",
  "MULTI",
  "EXEC",
]);
