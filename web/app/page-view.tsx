import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Loading } from "../components/loading.tsx";
import { Problem } from "../components/problem.tsx";
import { isFocusLost } from "../components/use-kept-focus.ts";
import { useTitle } from "../components/use-title.ts";
import type { PageProps } from "./page-props.ts";
import type { Page } from "./pages.ts";

type Loaded =
  | { readonly state: "loading" }
  | { readonly state: "loaded"; readonly View: ComponentType<PageProps> }
  | { readonly state: "failed" };

/** After an update, the files have new names. */
const NOT_LOADED = {
  message:
    "This page could not be loaded. The service was updated or is unreachable. Reload the page.",
};

/** Renders a page once its code is loaded. */
export function PageView({ page, rest, query }: PageProps & { readonly page: Page }) {
  const [loaded, setLoaded] = useState<Loaded>({ state: "loading" });
  useTitle(page.segment === "" ? "" : page.name);
  useEffect(() => {
    page.load().then(
      (View) => setLoaded({ state: "loaded", View }),
      () => setLoaded({ state: "failed" }),
    );
  }, [page]);

  useEffect(() => {
    if (loaded.state === "loaded") takeFocus();
  }, [loaded.state]);
  // The focused link was removed with its view.
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && isFocusLost()) focusPage();
    isFirst.current = false;
  }, [rest.join("/")]);

  if (loaded.state === "loaded") return <loaded.View rest={rest} query={query} />;
  return (
    <main id="page" class="page">
      {loaded.state === "loading" ? (
        <Loading label={page.name} />
      ) : (
        <Problem error={NOT_LOADED} onRetry={() => location.reload()} retry="Reload" />
      )}
    </main>
  );
}

/** Moves the focus from the navigation to the opened page, so that screen readers start there. */
function takeFocus(): void {
  const isInNavigation = document.querySelector("nav:focus-within") !== null;
  if (isInNavigation) focusPage();
}

function focusPage(): void {
  document.getElementById("page")?.focus({ preventScroll: true });
}
