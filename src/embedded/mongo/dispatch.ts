import { parse, parseTyped, toBytes } from './bytes.ts';
import { CATALOG } from './commands/catalog.ts';
import type { Command, Server } from './commands/command.ts';
import { FIND_AND_MODIFY } from './commands/find-and-modify.ts';
import { GREETINGS } from './commands/greetings.ts';
import { READS } from './commands/read.ts';
import { WRITES } from './commands/write.ts';
import { CommandError, toFailure } from './errors.ts';
import type { Request } from './wire.ts';

const COMMANDS = new Map<string, Command>(
  Object.entries({ ...GREETINGS, ...CATALOG, ...READS, ...WRITES, ...FIND_AND_MODIFY }),
);

/** Runs one request and gives the document to answer with. Never throws: a failure is an answer too. */
export function dispatch(server: Server, request: Request, connectionId: number): Uint8Array {
  try {
    const name = firstName(request.body);
    const command = COMMANDS.get(name);
    if (command === undefined) throw new CommandError(59, `no such command: '${name}'`);
    const doc = command.typed ? parseTyped(request.body) : parse(request.body);
    const db = typeof doc['$db'] === 'string' ? doc['$db'] : 'admin';
    const answer = command.run(server, { name, doc, db, sequences: request.sequences, connectionId });
    return answer instanceof Uint8Array ? answer : toBytes({ ...answer, ok: 1 });
  } catch (error) {
    return failureBody(error);
  }
}

export function failureBody(error: unknown): Uint8Array {
  return toBytes({ ok: 0, ...toFailure(error) });
}

/** The name of a command is the name of its first field, which follows the length and a type byte. */
function firstName(body: Uint8Array): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const end = bytes.indexOf(0, 5);
  return end < 0 ? '' : bytes.toString('utf8', 5, end);
}
