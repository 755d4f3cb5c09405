import { end, restart, type Replica } from "./replicas.ts";
import type { Servers } from "./servers.ts";
import type { Upstream, UpstreamMode } from "./upstream.ts";

/** Targets of faults. */
export interface Broken {
  readonly servers: Servers;
  readonly upstream: Upstream;
  readonly replicas: readonly [Replica, Replica];
  readonly settings: Record<string, string>;
}

/** A temporary fault. */
export interface Fault {
  readonly name: string;
  /** Failures that this fault explains, optionally of one replica. Default: none. */
  readonly excuses?: { readonly outcomes: RegExp; readonly replica?: string | undefined };
  /** Starts the fault and returns a function that ends it, with the stop time of a stopped replica. */
  begin(broken: Broken): Promise<() => Promise<Stopped | undefined>>;
}

/** The exit of a stopped replica. */
export interface Stopped {
  readonly milliseconds: number;
  readonly code: number | null;
}

const nothing = (work: () => Promise<unknown>) => async () => {
  await work();
  return undefined;
};

const FULL = `create or replace function no_space() returns trigger language plpgsql as
  $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`;
const TABLES = ["usage", "messages", "conversations", "lookups"];

const redisFaults: readonly Fault[] = [
  {
    name: "Redis killed",
    async begin({ servers }) {
      await servers.killRedis();
      return nothing(() => servers.startRedis());
    },
  },
  {
    name: "Redis frozen",
    async begin({ servers }) {
      servers.signalRedis("SIGSTOP");
      return nothing(async () => servers.signalRedis("SIGCONT"));
    },
  },
  {
    name: "Redis full",
    async begin({ servers }) {
      await servers.redis("CONFIG", "SET", "maxmemory-policy", "noeviction");
      await servers.redis("CONFIG", "SET", "maxmemory", "1mb");
      return nothing(() => servers.redis("CONFIG", "SET", "maxmemory", "0"));
    },
  },
  {
    name: "Redis flushed",
    async begin({ servers }) {
      await servers.redis("FLUSHALL");
      return nothing(async () => {});
    },
  },
  {
    name: "Redis read-only",
    async begin({ servers }) {
      await servers.redis("REPLICAOF", "127.0.0.1", "1");
      return nothing(() => servers.redis("REPLICAOF", "NO", "ONE"));
    },
  },
];

const postgresFaults: readonly Fault[] = [
  {
    name: "PostgreSQL killed",
    async begin({ servers }) {
      await servers.killPostgres();
      return nothing(() => servers.startPostgres());
    },
  },
  {
    name: "PostgreSQL frozen",
    async begin({ servers }) {
      await servers.signalPostgres("SIGSTOP");
      return nothing(() => servers.signalPostgres("SIGCONT"));
    },
  },
  {
    name: "PostgreSQL: rows locked",
    async begin({ servers }) {
      const release = await servers.hold(
        "select * from conversations where id in ('talk-0', 'talk-1', 'talk-2') for update",
        "select * from usage_quarters for update",
      );
      return nothing(release);
    },
  },
  {
    name: "PostgreSQL full",
    async begin({ servers }) {
      const each = (make: (table: string) => string) => TABLES.map(make);
      await servers.sql(
        FULL,
        ...each(
          (table) =>
            `create trigger full_${table} before insert on ${table} execute function no_space()`,
        ),
      );
      return nothing(() =>
        servers.sql(...each((table) => `drop trigger full_${table} on ${table}`)),
      );
    },
  },
  {
    name: "PostgreSQL read-only",
    async begin({ servers }) {
      const set = (state: string) =>
        servers.sql(
          `alter system set default_transaction_read_only = ${state}`,
          "select pg_reload_conf()",
        );
      await set("on");
      return nothing(() => set("off"));
    },
  },
];

const upstreamFaults: readonly Fault[] = (["429", "500", "cut", "HTML", "never"] as const).map(
  (mode: UpstreamMode): Fault => ({
    name: `model server: ${mode}`,
    excuses: { outcomes: /^(?:429|502|503|504) / },
    async begin({ upstream }) {
      upstream.mode = mode;
      return nothing(async () => {
        upstream.mode = "well";
      });
    },
  }),
);

const replicaFaults: readonly Fault[] = [
  {
    name: "replica told to stop",
    async begin({ replicas: [replica], settings }) {
      const ended = end(replica, "SIGTERM");
      return async () => {
        const stopped = await ended;
        await restart(replica, settings);
        return stopped;
      };
    },
  },
  {
    name: "all hangs, replica stops",
    excuses: { outcomes: /^(?:429|502|503|504) / },
    async begin({ replicas: [replica], servers, upstream, settings }) {
      upstream.mode = "never";
      servers.signalRedis("SIGSTOP");
      await servers.signalPostgres("SIGSTOP");
      const ended = end(replica, "SIGTERM");
      return async () => {
        const stopped = await ended;
        upstream.mode = "well";
        servers.signalRedis("SIGCONT");
        await servers.signalPostgres("SIGCONT");
        await restart(replica, settings);
        return stopped;
      };
    },
  },
  {
    name: "replica killed",
    // SIGKILL always breaks the answers in progress on this replica.
    excuses: { outcomes: /^cut off$/, replica: "replica 2" },
    async begin({ replicas: [, replica], settings }) {
      await end(replica, "SIGKILL");
      return nothing(() => restart(replica, settings));
    },
  },
];

export const FAULTS: readonly Fault[] = [
  ...redisFaults,
  ...postgresFaults,
  ...upstreamFaults,
  ...replicaFaults,
];
