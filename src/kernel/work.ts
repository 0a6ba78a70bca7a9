/** A kind of work. Names are `module.thing`; one worker in the program handles each. */
export interface Queue {
  readonly name: string;
}

/** High goes first where it can, but every lane always moves. */
export type Lane = 'high' | 'medium' | 'low';

export interface NewWork {
  /** What to work on: an id in the module's own table. Nothing secret. */
  readonly ref: string;
  /** Work of one key runs one at a time, in the order it was enqueued. */
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
