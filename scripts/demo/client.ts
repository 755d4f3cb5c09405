/** An HTTP client of the service. */
export interface Client {
  /** @throws Error with the server's message when it refuses */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

export function createClient(url: string): Client {
  return {
    async call(method, path, body) {
      const response = await fetch(url + path, {
        method,
        ...(body !== undefined && {
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
  };
}
