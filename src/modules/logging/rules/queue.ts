import { defineQueue } from '#kernel/work.ts';

/** One item while rules are enabled: it comes again every ten seconds. */
export const watchQueue = defineQueue('logging.watch');
