import { createContext } from "preact";
import { useContext, useLayoutEffect } from "preact/hooks";

/** Of a dialog: whether something that was written in it would be lost. */
export const Unsaved = createContext<{ current: boolean }>({ current: false });

/** Tells the dialog around whether there is something to lose. */
export function useUnsaved(isChanged: boolean): void {
  const unsaved = useContext(Unsaved);
  useLayoutEffect(() => {
    unsaved.current = isChanged;
    return () => {
      unsaved.current = false;
    };
  }, [isChanged]);
}
