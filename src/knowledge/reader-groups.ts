import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Reader } from "../identity/types.ts";
import { STANDBY_VERSION, type DocumentStore, type PassageStore } from "./types.ts";
import type { Retrieval, Retrieve, RetrieveQuery } from "./retrieve.ts";

/** The documents of a tenant as one reader sees them. */
export interface View {
  /** Readers with the same name may read the same documents. Empty: only documents without groups. */
  readonly name: string;
  /** Documents that the reader may not read. */
  readonly hidden: ReadonlySet<string>;
  /** All documents with groups, by id. */
  readonly restricted: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A reader of a tenant's documents. Without `reader`: one without groups. */
export interface TenantReader {
  readonly tenant: string;
  readonly reader?: Reader | undefined;
}

/** Which documents a reader may read, from memory while the tenant's passages have the same version. */
export interface ReaderGroups {
  /**
   * The view under this version of the tenant's passages, which changes with every change of groups.
   *
   * @throws what the database throws if the groups must be read and cannot be
   */
  at(query: TenantReader & { version: string }): Promise<View>;
  /** The last known view, which may be outdated; undefined: none is known. */
  last(query: TenantReader): View | undefined;
}

/** A view without restricted documents. */
export const OPEN_VIEW: View = { name: "", hidden: new Set(), restricted: new Map() };

/** Where no document has groups. */
export const NO_GROUPS: ReaderGroups = { at: async () => OPEN_VIEW, last: () => OPEN_VIEW };

/** Reads only documents without groups. */
export const WITHOUT_GROUPS: Reader = { groups: [], readsAll: false };

/** Name of the view of those who read everything. */
const READS_ALL = "all";
/** Maximum tenants, and views of one tenant, in memory. */
const MAX_TENANTS = 10_000;
const MAX_VIEWS = 1_000;
/** Age from which groups are read again after their use: a process may have ended before it changed the version. */
const FRESH_MS = 2_000;

/** The groups of a tenant's documents. */
interface Known {
  version: string;
  /** By `performance.now()`. */
  readAt: number;
  readonly text: string;
  readonly restricted: View["restricted"];
  readonly groups: ReadonlySet<string>;
  readonly views: LRUCache<string, View>;
}

/** Reads a tenant's groups from the database when the version of its passages has changed. */
export function createReaderGroups(documents: Pick<DocumentStore, "restricted">): ReaderGroups {
  const tenants = new LRUCache<string, Known>({ max: MAX_TENANTS });
  const reading = new Map<string, Promise<Known>>();

  async function read(tenant: string, version: string): Promise<Known> {
    const found = await documents.restricted(tenant);
    const before = tenants.get(tenant);
    const text = JSON.stringify([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
    const known = before?.text === text ? before : toKnown(found, text);
    Object.assign(known, { version, readAt: performance.now() });
    tenants.set(tenant, known);
    return known;
  }

  /** Only calls for the same version share a read: it began after that version was set. */
  function readOnce(tenant: string, version: string): Promise<Known> {
    if (version === STANDBY_VERSION) return read(tenant, version);
    const key = JSON.stringify([tenant, version]);
    const underWay = reading.get(key);
    if (underWay !== undefined) return underWay;
    const work = read(tenant, version).finally(() => reading.delete(key));
    reading.set(key, work);
    return work;
  }

  return {
    async at({ tenant, version, reader }) {
      const known = tenants.get(tenant);
      // While Redis is unavailable nothing tells of changes by other replicas.
      const isCurrent = known?.version === version && version !== STANDBY_VERSION;
      if (known === undefined || !isCurrent) {
        return viewOf(await readOnce(tenant, version), reader);
      }
      if (performance.now() - known.readAt > FRESH_MS) {
        readOnce(tenant, version).catch(() => undefined);
      }
      return viewOf(known, reader);
    },
    last({ tenant, reader }) {
      const known = tenants.get(tenant);
      return known && viewOf(known, reader);
    },
  };
}

function toKnown(found: ReadonlyMap<string, readonly string[]>, text: string): Known {
  return {
    version: "",
    readAt: 0,
    text,
    restricted: new Map([...found].map(([id, groups]) => [id, new Set(groups)])),
    groups: new Set([...found.values()].flat()),
    views: new LRUCache({ max: MAX_VIEWS }),
  };
}

function viewOf({ restricted, groups, views }: Known, reader: Reader | undefined): View {
  if (restricted.size === 0) return OPEN_VIEW;
  const own = (reader?.groups ?? []).filter((group) => groups.has(group));
  const name = reader?.readsAll === true ? READS_ALL : nameOf(own);
  const made = views.get(name);
  if (made !== undefined) return made;
  const hidden =
    name === READS_ALL
      ? []
      : [...restricted].filter(([, readers]) => !own.some((group) => readers.has(group)));
  const view = { name, hidden: new Set(hidden.map(([id]) => id)), restricted };
  views.set(name, view);
  return view;
}

/** Groups that no document has make no difference. */
function nameOf(groups: readonly string[]): string {
  if (groups.length === 0) return "";
  const text = JSON.stringify([...new Set(groups)].sort());
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Whether a reader may read a document with these groups. None: everybody may. */
export function mayRead(reader: Reader | undefined, groups: readonly string[]): boolean {
  if (groups.length === 0 || reader?.readsAll === true) return true;
  return groups.some((group) => reader?.groups.includes(group) === true);
}

/** A version of the passages as a view sees them: it changes with the version, and differs between views. */
export function versionSeen(version: string, { name }: Pick<View, "name">): string {
  return name === "" ? version : `${version} ${name}`;
}

/** Passages that a reader may read, with the version and the view that they were found under. */
export interface RetrievedFor extends Retrieval {
  readonly knowledgeVersion: string;
  readonly view: View;
}

/** Dependencies of `retrieveFor`. */
export interface RetrieveForParts {
  readonly retrieve: Retrieve;
  readonly passages: Pick<PassageStore, "version">;
  /** Default: no document has groups. */
  readonly readers?: ReaderGroups | undefined;
}

/**
 * Retrieves passages that the reader may read. The search runs beside the reading of the version, with the last
 * known view, and is repeated if that view has changed. The version is read before the passages are used: a
 * concurrent change makes them look older, never newer.
 */
export async function retrieveFor(
  { reader, ...query }: Omit<RetrieveQuery, "hidden"> & TenantReader,
  { retrieve, passages, readers = NO_GROUPS }: RetrieveForParts,
): Promise<RetrievedFor> {
  const asked = { tenant: query.tenant, reader };
  const find = ({ hidden }: View) => retrieve({ ...query, hidden });
  const last = readers.last(asked);
  const [version, found] = await Promise.all([
    passages.version(query.tenant),
    last === undefined ? undefined : find(last),
  ]);
  const view = await readers.at({ ...asked, version });
  const seen = found === undefined || view !== last ? await find(view) : found;
  return {
    // Not copied: passages are ranked on first use.
    get passages() {
      return seen.passages;
    },
    trace: seen.trace,
    knowledgeVersion: versionSeen(version, view),
    view,
  };
}
