/** A queue of work items. Names are `module.thing`; each queue has one worker in the program. */
export interface Queue {
  readonly name: string;
}

/** Items of a higher lane go first, but the lower lanes always make progress. */
export type Lane = 'high' | 'medium' | 'low';

export interface NewWork {
  /** What to work on: an id in the module's own table. Nothing secret. */
  readonly ref: string;
  /** Items with the same key run one at a time, in the order in which they were enqueued. */
  readonly key?: string;
  /** Default: medium. */
  readonly lane?: Lane;
  /** Not before this instant. Default: now, by the database's clock. */
  readonly dueAt?: string;
}

export type Enqueue = (queue: Queue, work: NewWork) => void;

export function defineQueue(name: string): Queue {
  return { name };
}
