import { cancelMove } from '#platform/move/move.ts';
import type { Command } from '../command.ts';
import { withApp } from '../context.ts';

export const moveCancel: Command = {
  name: 'move cancel',
  summary: 'Make an installation that was moved, or is on its way, usable again',
  options: {},
  help: 'With the settings of the old installation. Never start the other one any more, and drop its database: both would send what\nis waiting to be sent. What happened there after its start is not here.',
  run: () =>
    withApp('command', async (app) => {
      const { target, isOver } = await cancelMove(app.database.directUrl);
      console.log(
        isOver
          ? `This installation may be started again, as it was when it was moved to ${target}. Drop that database: the other installation must never be started.`
          : `The move to ${target} has ended. This installation takes changes again. Drop that database before you move again.`,
      );
      return 0;
    }),
};
