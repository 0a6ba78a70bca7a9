import { Readable } from 'node:stream';
import { newId } from '#kernel/id.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import { pagesOf, toTargetError, type ObjectsNeeds } from './objects.ts';
import { MoveError } from './port.ts';

type Ends = Pick<ObjectsNeeds, 'from' | 'to' | 'modules' | 'arrival'>;

/**
 * Makes the new storage that of the move, before anything is copied.
 * @throws {MoveError} when it cannot be written, is that of the installation itself, or another installation uses it
 */
export async function takeStorage({ from, to, modules, arrival }: Ends): Promise<void> {
  const mark = await markOf(to, arrival);
  const refuse = async (why: string) => {
    await to.delete(mark);
    return new MoveError(why);
  };
  if (await from.head(mark))
    throw await refuse('The new object storage is the one that the installation has. Leave out --objects.');
  const strange = await findStrange({ from, to, modules, arrival });
  if (strange !== null)
    throw await refuse(
      `The new object storage is not empty: it has ${strange}, which this installation does not have. Use an empty bucket: of two installations in one, each removes the objects of the other.`,
    );
}

/** What tells this storage from others; it stays there. A new one, unless an earlier run has used the storage. */
async function markOf(to: ObjectStorage, arrival: Ends['arrival']): Promise<string> {
  const known = await arrival.mark();
  if (known !== null && (await reach(to.head(known)))) return known;
  const mark = `move/${newId()}`; // no module has this prefix
  await reach(to.put(mark, Readable.from([Buffer.from('1')]), { maxBytes: 1 }));
  await arrival.setMark(mark);
  return mark;
}

const reach = <T>(asked: Promise<T>): Promise<T> =>
  asked.catch((error: unknown) => {
    throw toTargetError(error);
  });

/** An object that is neither of this installation nor of an earlier run. */
async function findStrange({ from, to, modules, arrival }: Ends): Promise<string | null> {
  for (const module of modules)
    for await (const objects of pagesOf(to, `${module}/`))
      for (const key of await arrival.unknown(objects.map((object) => object.key)))
        if (!(await from.head(key))) return key;
  return null;
}

/** Of a move whose rows were moved before. @throws {MoveError} unless the objects were moved with them to this storage */
export async function requireMoved(to: ObjectStorage, mark: string | null): Promise<void> {
  if (mark !== null && (await reach(to.head(mark)))) return;
  throw new MoveError(
    'All rows were moved before, but not the objects to this storage. Run the command with the --objects of that run, or without if there were none. To move objects as well, begin again: `bonyan move cancel`, and an empty database.',
  );
}
