/** What people type before a command: in a clone, or where the program is installed as a package. */
export const COMMAND = import.meta.filename.endsWith('.ts') ? 'npm run bonyan --' : 'npx bonyan';
