import { createHash, randomUUID } from "node:crypto";

/** A tenant that no other test has: the setting that lets it in, and the header that its client sends. */
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
