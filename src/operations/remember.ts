import { LRUCache } from "lru-cache";

/**
 * Memoises `make` for each tenant separately, so that response times do not reveal what another
 * tenant asked or stored. Nothing is memoised without a tenant.
 *
 * @param options `max` values are kept; things without a name are not memoised
 */
export function rememberByTenant<Thing, Value extends object>(
  make: (thing: Thing) => Value,
  { max, nameOf }: { max: number; nameOf: (thing: Thing) => string | undefined },
): (thing: Thing, tenant: string | undefined) => Value {
  const kept = new LRUCache<string, Value>({ max });
  return (thing, tenant) => {
    const own = nameOf(thing);
    if (own === undefined || tenant === undefined) return make(thing);
    // Tenant names contain no spaces.
    const name = `${tenant} ${own}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const made = make(thing);
    kept.set(name, made);
    return made;
  };
}

/**
 * Loads each name once per process; services in the same process share it. Failures are not kept:
 * the next call retries.
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
