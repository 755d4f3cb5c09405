// Builds what has changed and starts the service, in one process: `npm start`.
import "./build.mjs";

await import("../dist/main.js");
