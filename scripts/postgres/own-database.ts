import { randomUUID } from "node:crypto";
import pg from "pg";

/** A temporary database for a test or a bench. */
export interface OwnDatabase {
  readonly url: string;
  /** Drops the database. */
  readonly drop: () => Promise<void>;
}

/**
 * Creates a new database on a server.
 *
 * @param server URL of an existing database, with a user who may create databases
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
