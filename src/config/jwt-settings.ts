import { createPublicKey } from "node:crypto";
import { z } from "zod";

/** Settings of signed user tokens; the README has the table. */
export interface JwtSettings {
  /** Shared secret for HS256. */
  readonly secret: string | undefined;
  /** PEM public key for RS256 or ES256. */
  readonly publicKey: string | undefined;
  /** URL of a JSON Web Key Set for RS256 and ES256. */
  readonly jwksUrl: string | undefined;
  readonly audience: string | undefined;
  /** If set, a token from this issuer is sufficient without an API key. */
  readonly issuer: string | undefined;
}

/** A key given as one line has its line breaks written as `\n`. */
const publicKey = z
  .string()
  .transform((text) => text.replaceAll(String.raw`\n`, "\n"))
  .refine(isPublicKey, "must be an RSA key or a P-256 key in PEM, BEGIN PUBLIC KEY");

/** The environment variables and their schemas. */
export const jwtVariables = {
  JWT_SECRET: z.string().optional(),
  JWT_PUBLIC_KEY: publicKey.optional(),
  JWT_JWKS_URL: z
    .url({ protocol: /^https?$/, error: "must be an address such as https://host/jwks.json" })
    .optional(),
  JWT_AUDIENCE: z.string().optional(),
  JWT_ISSUER: z.string().optional(),
};

const variablesSchema = z.object(jwtVariables);
type JwtVariables = z.infer<typeof variablesSchema>;

/** Checks the combination of variables. */
export function checkJwt(settings: JwtVariables): string[] {
  const { JWT_PUBLIC_KEY, JWT_JWKS_URL, JWT_AUDIENCE, JWT_ISSUER } = settings;
  const problems: string[] = [];
  if (JWT_PUBLIC_KEY !== undefined && JWT_JWKS_URL !== undefined) {
    problems.push("JWT_PUBLIC_KEY: must not come with JWT_JWKS_URL; put the key into the key set");
  }
  if (hasKey(settings)) return problems;
  for (const [name, value] of Object.entries({ JWT_AUDIENCE, JWT_ISSUER })) {
    if (value !== undefined) {
      problems.push(`${name}: needs JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL`);
    }
  }
  return problems;
}

/** Undefined if user tokens are not configured. */
export function toJwtSettings(settings: JwtVariables): JwtSettings | undefined {
  if (!hasKey(settings)) return undefined;
  return {
    secret: settings.JWT_SECRET,
    publicKey: settings.JWT_PUBLIC_KEY,
    jwksUrl: settings.JWT_JWKS_URL,
    audience: settings.JWT_AUDIENCE,
    issuer: settings.JWT_ISSUER,
  };
}

function hasKey({ JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URL }: JwtVariables): boolean {
  return (JWT_SECRET ?? JWT_PUBLIC_KEY ?? JWT_JWKS_URL) !== undefined;
}

function isPublicKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    if (asymmetricKeyType === "rsa") return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
    return asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1";
  } catch {
    return false;
  }
}
