/** The longest event that is read, in characters; a longer one ends the stream with an error. */
const MAX_EVENT_CHARACTERS = 4_000_000;
/** The server sends a heartbeat every 10 s; a stream this long without anything is dead, in milliseconds. */
const MAX_SILENCE_MS = 30_000;

/**
 * Reads server-sent events from a response, cut anywhere; comments are passed over.
 *
 * @throws when the connection breaks or falls silent
 */
export async function* readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await readInTime(reader);
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      if (rest.length > MAX_EVENT_CHARACTERS) throw new Error("The server sent too long an event.");
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    // Cancelling fails when the connection is already broken, which is no news here.
    reader.cancel().catch(() => undefined);
  }
}

async function readInTime(reader) {
  let timer;
  const silence = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("The server fell silent.")), MAX_SILENCE_MS);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function parseEvent(block) {
  const fields = { event: "", id: "" };
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") data.push(value);
    else if (name in fields) fields[name] = value;
  }
  if (fields.event === "" || data.length === 0) return undefined;
  return { ...fields, data: JSON.parse(data.join("\n")) };
}
