import { START, type Position } from './chain.ts';
import { toJcs } from './entry.ts';
import { openNote, type NoteKey } from './note.ts';
import { rootOf } from './tree.ts';

const PURPOSE = 'archive';

/** Signed before a range of entries is deleted: where it is stored, and everything that the rest of the chain needs. */
export interface Manifest {
  /** Of the log. */
  readonly origin: string;
  /** First and last sequence. */
  readonly from: number;
  readonly to: number;
  /** Hexadecimal: of the entry before the first, of the first and of the last. */
  readonly previousChecksum: string;
  readonly firstChecksum: string;
  readonly checksum: string;
  /** Base64: of the tree that ends with the last. */
  readonly root: string;
  /** Hexadecimal: the complete subtrees of that tree from the left, largest first. */
  readonly frontier: readonly string[];
  /** When the last entry was written. */
  readonly until: string;
  /** People whose erasure is recorded in the range: it also explains missing payloads after the range. */
  readonly erased: readonly string[];
  /** Where the entries are stored, how many bytes, and their SHA-256 in hexadecimal. */
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** How far a trail is archived: `start` is the position after the last archive. */
export interface Archived {
  readonly manifests: readonly Manifest[];
  readonly start: Position;
  readonly erased: readonly string[];
  /** First sequence of the first invalid manifest; nothing from there on counts as archived. */
  readonly brokenAt: number | null;
}

export function toManifestText({ origin, ...manifest }: Manifest): string {
  return `${origin}\n${PURPOSE}\n${toJcs(manifest)}\n`;
}

/** Does not verify the signature; null for a note that is not a manifest. */
export function parseManifest(note: string): Manifest | null {
  const [origin = '', purpose, encoded = ''] = note.split('\n');
  if (purpose !== PURPOSE) return null;
  try {
    return { ...(JSON.parse(encoded) as Omit<Manifest, 'origin'>), origin };
  } catch {
    return null;
  }
}

/** Follows the manifests from the beginning of the trail, as long as each is signed and continues the one before. */
export function followManifests(notes: readonly string[], trusted: readonly NoteKey[]): Archived {
  const manifests: Manifest[] = [];
  let start = START;
  for (const note of notes) {
    const manifest = openManifest(note, trusted);
    const isNext =
      manifest?.from === start.sequence + 1 &&
      manifest.to >= manifest.from &&
      manifest.previousChecksum === Buffer.from(start.checksum).toString('hex') &&
      manifest.origin === (manifests[0] ?? manifest).origin;
    if (!manifest || !isNext) return { ...toArchived(manifests, start), brokenAt: start.sequence + 1 };
    manifests.push(manifest);
    start = toPosition(manifest);
  }
  return { ...toArchived(manifests, start), brokenAt: null };
}

/** The position of the chain after the range. */
export function toPosition({ to, checksum, frontier }: Manifest): Position {
  const nodes = frontier.map((node) => Buffer.from(node, 'hex'));
  return { sequence: to, checksum: Buffer.from(checksum, 'hex'), frontier: { size: to, nodes } };
}

/** Null for a note that no trusted key has signed, or that contradicts itself. */
export function openManifest(note: string, trusted: readonly NoteKey[]): Manifest | null {
  const opened = openNote(note, trusted);
  const manifest = opened && parseManifest(opened.text);
  if (!manifest) return null;
  if (!opened.signedBy.some(({ name, upTo = Infinity }) => name === manifest.origin && manifest.to <= upTo))
    return null;
  return rootOf(toPosition(manifest).frontier.nodes).toString('base64') === manifest.root ? manifest : null;
}

function toArchived(manifests: readonly Manifest[], start: Position) {
  return { manifests, start, erased: manifests.flatMap(({ erased }) => erased) };
}
