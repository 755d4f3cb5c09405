/** The longest event that is read, in characters; a longer one ends the stream with an error. */
const MAX_EVENT_CHARACTERS = 4_000_000;

/** Reads server-sent events from a response, cut anywhere; comments are passed over. */
export async function* readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
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

function parseEvent(block) {
  let event = "";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (line.slice(0, colon) === "event") event = value;
    if (line.slice(0, colon) === "data") data.push(value);
  }
  return event === "" || data.length === 0 ? undefined : { event, data: JSON.parse(data.join("\n")) };
}
