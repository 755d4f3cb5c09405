import { Loading } from "../components/loading.tsx";
import { Nowhere } from "../components/nowhere.tsx";
import { Problem } from "../components/problem.tsx";
import { Toasts } from "../components/toast.tsx";
import { findPage } from "./find-page.ts";
import { Navigation } from "./navigation.tsx";
import { PageView } from "./page-view.tsx";
import { place } from "./router.ts";
import { requestIdentity, hasScope, session } from "./session.ts";
import { SignIn } from "./sign-in.tsx";
import type { Reader } from "../api/types.ts";

/** The whole app: the session decides what is shown. */
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
          <Problem error={now.error} onRetry={() => void requestIdentity()} />
        </main>
      );
    case "signed-in":
      return <Frame who={now.who} />;
  }
}

/** The key that opens a page, in words for the reader. */
const KEY_FOR = { chat: "a key for the chat", admin: "an administrator key" } as const;

/** Navigation beside the current page. */
function Frame({ who }: { readonly who: Reader }) {
  const found = findPage(place.value);
  return (
    <div class="frame">
      <a class="skip" href="#page">
        Skip to content
      </a>
      <Navigation who={who} current={found?.page} />
      {found === undefined ? (
        <Nowhere title="Page not found" />
      ) : hasScope(who, found.page.scope) ? (
        <PageView key={found.page.segment} {...found} />
      ) : (
        <Nowhere title={`${found.page.name} needs ${KEY_FOR[found.page.scope]}`} />
      )}
    </div>
  );
}
