import { effect, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED_AS = "reprise-theme";

/** `system` follows the device. */
export const theme = signal<Theme>(readTheme());

/** Applies the theme and stores it for the next visit. */
export function startTheme(): void {
  effect(() => {
    const chosen = theme.value;
    if (chosen === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = chosen;
    try {
      localStorage.setItem(STORED_AS, chosen);
    } catch {
      // Without storage, the theme lasts until the page is closed.
    }
  });
}

function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return THEMES.find((known) => known === stored) ?? "system";
  } catch {
    return "system";
  }
}
