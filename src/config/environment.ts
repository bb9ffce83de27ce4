import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Environment } from './config.ts';

/** The process's environment over what the file says (usually `.env` in the working folder); a missing file is no mistake. */
export function readEnvironment(file: string): Environment {
  return { ...readFile(file), ...process.env };
}

function readFile(file: string): Environment {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
