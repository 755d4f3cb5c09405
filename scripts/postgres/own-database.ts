import { randomUUID } from "node:crypto";
import pg from "pg";

/** A database that a test or a bench may fill. */
export interface OwnDatabase {
  readonly url: string;
  /** Removes it with all that is in it. */
  readonly drop: () => Promise<void>;
}

/**
 * A new database on a server, beside what is there.
 *
 * @param server URL of one of its databases, as a user who may create others
 */
export async function createOwnDatabase(server: string): Promise<OwnDatabase> {
  const name = `reprise_own_${randomUUID().replaceAll("-", "")}`;
  await query(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => query(server, `drop database if exists ${name} with (force)`),
  };
}

async function query(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
