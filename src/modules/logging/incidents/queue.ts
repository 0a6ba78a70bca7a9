import { defineQueue } from '#kernel/work.ts';

/** One item each time an incident opens; silences and cooldowns put it off. */
export const notificationQueue = defineQueue('logging.notification');
