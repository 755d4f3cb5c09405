import { useEffect, useRef } from "preact/hooks";
import type { Reader } from "../api/types.ts";
import { Icon } from "../components/icon.tsx";
import { PAGES, type Page } from "./pages.ts";
import { hasScope, signOut } from "./session.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

interface Props {
  readonly who: Reader;
  readonly current: Page | undefined;
}

/** The pages that the reader may open. */
export function Navigation({ who, current }: Props) {
  const pages = PAGES.filter(({ scope }) => hasScope(who, scope));
  const list = useRef<HTMLUListElement>(null);
  // On a phone the list is wider than the screen: scroll to the current page.
  useEffect(() => {
    const link = list.current?.querySelector("[aria-current]");
    link?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return (
    <header class="side">
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="22" height="22" />
        Reprise
      </a>
      {pages.length > 1 && (
        <nav aria-label="Pages">
          <ul ref={list}>
            {pages.map((page) => (
              <li key={page.segment}>
                <a href={`/${page.segment}`} aria-current={page === current ? "page" : undefined}>
                  <Icon name={page.icon} />
                  {page.name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div class="side-foot">
        <ThemeSwitch />
        {who.keys_configured && <KeyOwner who={who} />}
      </div>
    </header>
  );
}

function KeyOwner({ who }: { readonly who: Reader }) {
  return (
    <div class="key-owner">
      <span title={`Tenant ${who.tenant}`}>{who.name}</span>
      <button type="button" class="link" onClick={signOut}>
        Sign out
      </button>
    </div>
  );
}
