import { render } from "preact";
import { App } from "./app/app.tsx";
import { findPage } from "./app/find-page.ts";
import { place, startRouter } from "./app/router.ts";
import { startSession } from "./app/session.ts";
import { startTheme } from "./app/theme.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/components.css";

startTheme();
startRouter();
startSession();
// Load the page's code while the session is requested; an error is shown when the page opens.
findPage(place.peek())
  ?.page.load()
  .catch(() => undefined);
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
