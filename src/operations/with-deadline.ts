/** Thrown when something took longer than it may. */
export class LateError extends Error {
  override readonly name = "LateError";
}

/**
 * The work's value, or a `LateError` when it takes longer. The work itself goes on; what it comes to
 * then is nobody's concern.
 *
 * @param deadlineMs longest wait, in milliseconds
 */
export async function withDeadline<Value>(
  work: Promise<Value>,
  deadlineMs: number,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    // A process that was held up reads what has come meanwhile first: it was late, not the other side.
    timer = setTimeout(() => {
      setImmediate(() => reject(new LateError(`no answer within ${deadlineMs} ms`)));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
