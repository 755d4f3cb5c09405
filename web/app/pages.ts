import type { ComponentType } from "preact";
import type { IconName } from "../components/icon.tsx";
import type { PageProps } from "./page-props.ts";

export interface Page {
  /** The first path segment; empty for the page at `/`. */
  readonly segment: string;
  readonly name: string;
  readonly icon: IconName;
  /** The required scope. */
  readonly scope: "chat" | "admin";
  /** Loads the page's code on demand. */
  readonly load: () => Promise<ComponentType<PageProps>>;
}

/** Every page, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    segment: "",
    name: "Chat",
    icon: "chat",
    scope: "chat",
    load: async () => (await import("../chat/chat-page.tsx")).ChatPage,
  },
  {
    segment: "costs",
    name: "Costs",
    icon: "costs",
    scope: "admin",
    load: async () => (await import("../costs/costs-page.tsx")).CostsPage,
  },
  {
    segment: "review",
    name: "Review",
    icon: "review",
    scope: "admin",
    load: async () => (await import("../review/review-page.tsx")).ReviewPage,
  },
  {
    segment: "cache",
    name: "Cache",
    icon: "cache",
    scope: "admin",
    load: async () => (await import("../cache/cache-page.tsx")).CachePage,
  },
  {
    segment: "tuning",
    name: "Tuning",
    icon: "tuning",
    scope: "admin",
    load: async () => (await import("../tuning/tuning-page.tsx")).TuningPage,
  },
  {
    segment: "documents",
    name: "Documents",
    icon: "documents",
    scope: "admin",
    load: async () => (await import("../documents/documents-page.tsx")).DocumentsPage,
  },
  {
    segment: "health",
    name: "Health",
    icon: "health",
    scope: "admin",
    load: async () => (await import("../health/health-page.tsx")).HealthPage,
  },
];
