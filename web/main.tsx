import { render } from "preact";
import { App } from "./app/app.tsx";
import { startRouter } from "./app/router.ts";
import { startSession } from "./app/session.ts";
import { startTheme } from "./app/theme.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/components.css";

startTheme();
startRouter();
startSession();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
