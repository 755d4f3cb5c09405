/** Calls the demo's service as a client would. @throws Error when it refuses */
export type Call = <Reply>(method: string, path: string, body?: object) => Promise<Reply>;

/** @param url of the service */
export function createCall(url: string): Call {
  return async <Reply>(method: string, path: string, body?: object): Promise<Reply> => {
    const response = await fetch(url + path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return JSON.parse(await response.text());
  };
}
