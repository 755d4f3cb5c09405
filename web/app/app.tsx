import { Loading } from "../components/loading.tsx";
import { Nowhere } from "../components/nowhere.tsx";
import { Problem } from "../components/problem.tsx";
import { Toasts } from "../components/toast.tsx";
import { findPage } from "./find-page.ts";
import { Navigation } from "./navigation.tsx";
import { PageView } from "./page-view.tsx";
import { place } from "./router.ts";
import { askWho, mayUse, session } from "./session.ts";
import { SignIn } from "./sign-in.tsx";
import type { Who } from "../api/types.ts";

/** All that is shown: who asks decides which of it. */
export function App() {
  return (
    <>
      <Toasts />
      <Shown />
    </>
  );
}

function Shown() {
  const now = session.value;
  switch (now.state) {
    case "asking":
      return <Loading label="Opening Reprise" />;
    case "key-wanted":
      return <SignIn refused={now.refused} />;
    case "failed":
      return (
        <main class="alone">
          <Problem error={now.error} onRetry={() => void askWho()} />
        </main>
      );
    case "signed-in":
      return <Frame who={now.who} />;
  }
}

/** Navigation beside the page of the address. */
function Frame({ who }: { readonly who: Who }) {
  const found = findPage(place.value);
  return (
    <div class="frame">
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <Navigation who={who} current={found?.page} />
      {found === undefined ? (
        <Nowhere title="There is no such page" />
      ) : mayUse(who, found.page.scope) ? (
        <PageView key={found.page.segment} {...found} />
      ) : (
        <Nowhere title={`${found.page.name} needs a key with the scope ${found.page.scope}`} />
      )}
    </div>
  );
}
