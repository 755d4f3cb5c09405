import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * Security headers. The browser may only load scripts, styles and connections from this origin: no inline
 * scripts, no frames, no markup from text (trusted types).
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
    // TLS ends at a proxy; the service does not know whether it is used.
    strictTransportSecurity: false,
  });
}
