import { LRUCache } from "lru-cache";

/**
 * Remembers what was made of a thing for each tenant by itself: how long a reply takes tells nobody what
 * another tenant asked or stored. Without a tenant everything is made anew.
 *
 * @param options `max` values are kept; a thing without a name is not
 */
export function rememberByTenant<Thing, Value extends object>(
  make: (thing: Thing) => Value,
  { max, nameOf }: { max: number; nameOf: (thing: Thing) => string | undefined },
): (thing: Thing, tenant: string | undefined) => Value {
  const kept = new LRUCache<string, Value>({ max });
  return (thing, tenant) => {
    const own = nameOf(thing);
    if (own === undefined || tenant === undefined) return make(thing);
    // No tenant's name holds a space.
    const name = `${tenant} ${own}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const made = make(thing);
    kept.set(name, made);
    return made;
  };
}

/**
 * Loads what belongs to a name once in a process: services that are opened side by side share it. A
 * failure is not kept, the next call tries again.
 */
export function oncePer<T>(load: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const loaded = new Map<string, Promise<T>>();
  return (name) => {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const loading = load(name);
    loaded.set(name, loading);
    loading.catch(() => loaded.delete(name));
    return loading;
  };
}
