import { createContext } from "preact";
import { useContext, useLayoutEffect } from "preact/hooks";

/** Whether closing the dialog would lose input. */
export const Unsaved = createContext<{ current: boolean }>({ current: false });

/** Tells the enclosing dialog whether it has unsaved input. */
export function useUnsaved(isChanged: boolean): void {
  const unsaved = useContext(Unsaved);
  useLayoutEffect(() => {
    unsaved.current = isChanged;
    return () => {
      unsaved.current = false;
    };
  }, [isChanged]);
}
