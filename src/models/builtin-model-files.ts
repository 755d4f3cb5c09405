import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const fileSchema = z.object({ bytes: z.int().nonnegative(), sha256: z.hex().length(64) });

/** `model.json`: model metadata, and size and checksum of each file. */
const headerSchema = z.object({
  format: z.literal(2),
  id: z.string().min(1).max(100),
  dimensions: z.int().min(1).max(4096),
  tokens: z.int().min(1).max(65_535),
  pairs: z.int().nonnegative().max(1_000_000),
  /** A row that occurs n times in a text is added n to this power times. */
  countPower: z.number().positive().max(1),
  /** Length of the vector for a word outside the vocabulary. */
  unknownNorm: z.number().positive(),
  files: z.object({
    "vocabulary.txt": fileSchema,
    "pairs.u16": fileSchema,
    "scales.f32": fileSchema,
    "vectors.i8": fileSchema,
  }),
});

type Header = z.infer<typeof headerSchema>;
type FileName = keyof Header["files"];

export interface BuiltinModel {
  readonly header: Header;
  /** WordPiece tokens; a token's number is its index. */
  readonly vocabulary: string[];
  /** Two token numbers for each known pair of neighbours. */
  readonly pairs: Uint16Array;
  /** Scale factors of the rows of `vectors`. The rows of the pairs follow those of the tokens. */
  readonly scales: Float32Array;
  readonly vectors: Int8Array;
}

/**
 * Reads and checks a model folder.
 *
 * @throws Error with the name of a missing, truncated or changed file
 */
export async function readBuiltinModel(folder: string): Promise<BuiltinModel> {
  const header = await readHeader(join(folder, "model.json"));
  const read = (name: FileName) => readChecked(join(folder, name), header.files[name]);
  const [text, pairs, scales, vectors] = await Promise.all([
    read("vocabulary.txt"),
    read("pairs.u16"),
    read("scales.f32"),
    read("vectors.i8"),
  ]);
  const rows = header.tokens + header.pairs;
  const vocabulary = new TextDecoder().decode(text).split("\n").slice(0, -1);
  expectCount(join(folder, "vocabulary.txt"), vocabulary.length, header.tokens);
  expectCount(join(folder, "pairs.u16"), pairs.byteLength, header.pairs * 4);
  expectCount(join(folder, "scales.f32"), scales.byteLength, rows * 4);
  expectCount(join(folder, "vectors.i8"), vectors.byteLength, rows * header.dimensions);
  return {
    header,
    vocabulary,
    pairs: new Uint16Array(pairs),
    scales: new Float32Array(scales),
    vectors: new Int8Array(vectors),
  };
}

async function readHeader(path: string): Promise<Header> {
  const content = await readNamed(path);
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder().decode(content)));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`${path} is not the header of a built-in embedding model: ${reason}`, {
      cause: error,
    });
  }
}

async function readChecked(
  path: string,
  expected: { bytes: number; sha256: string },
): Promise<ArrayBuffer> {
  const content = await readNamed(path);
  if (content.byteLength !== expected.bytes) {
    throw new Error(
      `${path} has ${content.byteLength} bytes, but model.json says ${expected.bytes}.`,
    );
  }
  const sha256 = createHash("sha256").update(new Uint8Array(content)).digest("hex");
  if (sha256 !== expected.sha256) {
    throw new Error(`${path} is damaged: its SHA-256 is not the one in model.json.`);
  }
  return content;
}

/** Copies the file into its own buffer, so that the 2- and 4-byte views are aligned. */
async function readNamed(path: string): Promise<ArrayBuffer> {
  try {
    return new Uint8Array(await readFile(path)).buffer;
  } catch (error) {
    throw new Error(`${path} cannot be read.`, { cause: error });
  }
}

function expectCount(path: string, found: number, expected: number): void {
  if (found !== expected) {
    throw new Error(`${path} does not fit model.json: it holds ${found}, expected ${expected}.`);
  }
}
