import { loadConfig, locateSettings, readDotEnv } from '#platform/config/load.ts';
import type { Command } from './command.ts';

export const config: Command = {
  name: 'config',
  summary: 'List every setting with its value, default and source',
  options: { json: { type: 'boolean' } },
  help: '--json   print JSON instead of lines\n\nSecrets are hidden. Exits with 1, and says why, when a value is not valid.',
  async run({ json }) {
    const file = readDotEnv();
    const rows = locateSettings(process.env, file).map(({ setting, text, source }) => ({
      name: setting.name,
      value: setting.isSecret && text !== null ? '••••••••' : text,
      default: setting.default,
      source,
      about: setting.about,
    }));
    if (json === true) console.log(JSON.stringify(rows, null, 2));
    else
      for (const { name, value, source, about } of rows)
        console.log(`${name}=${value ?? ''}\n    ${about} (${source})`);
    loadConfig(process.env, file); // throws all mistakes at once
    return 0;
  },
};
