import { createHash, randomUUID } from "node:crypto";

/** A unique tenant: the `API_KEYS` setting and the client's header. */
export function randomTenant() {
  const tenant = `tenant-${randomUUID()}`;
  const secret = randomUUID();
  const sha256 = createHash("sha256").update(secret).digest("hex");
  return {
    tenant,
    API_KEYS: `test:${tenant}:chat+admin:${sha256}`,
    headers: { authorization: `Bearer ${secret}` },
  };
}
