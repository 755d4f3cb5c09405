import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * What a browser may do with what comes from here: run, style and call only what this server sends
 * as files, no inline script, no frame, no text that is parsed as markup (trusted types).
 */
export function secureHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
    },
    // TLS ends before this service, which does not know whether there is any.
    strictTransportSecurity: false,
  });
}
