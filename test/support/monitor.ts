import { once } from 'node:events';
import { connect } from 'node:net';

/** What the bot's voice hangs on, in the one order that Redis gave it. */
export type Moment =
  | { type: 'written'; row: string; contact: string; isBot: boolean }
  | { type: 'begun'; row: string }
  | { type: 'held'; contact: string }
  | { type: 'freed'; contact: string };

export type Watch = {
  moments: Moment[];
  /** Was a command about this key heard? Then everything before it was, too. */
  heard(key: string): boolean;
  close(): void;
};

/**
 * Listens to everything that Redis does to the keys of one deployment. Only for tests: it costs Redis half its speed. By a
 * socket of its own, because ioredis takes lines that come with the answer to MONITOR for answers to other commands.
 */
export async function watchRedis(url: string, prefix: string): Promise<Watch> {
  const { hostname, port, password } = new URL(url);
  const moments: Moment[] = [];
  const socket = connect(Number(port || 6379), hostname);
  await once(socket, 'connect');
  socket.write(`${password ? `AUTH ${password}\r\n` : ''}MONITOR\r\n`);
  let rest = '';
  let lastAsked = '';
  socket.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [command = '', key = '', ...args] = argumentsIn(line);
      if (!key.startsWith(`{${prefix}:`)) continue;
      if (command.toUpperCase() === 'GET') lastAsked = key;
      const moment = readMoment(command.toUpperCase(), key.slice(key.indexOf('}') + 2), args);
      if (moment) moments.push(moment);
    }
  });
  socket.on('error', () => {}); // the server of a test that is over
  await once(socket, 'data');
  return { moments, heard: (key) => lastAsked === key, close: () => void socket.destroy() };
}

/** `+1700000000.123456 [0 lua] "HSET" "key" "a \\"b\\""`. What is not ASCII stays as MONITOR writes it: `\\xc3`. */
function argumentsIn(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(["\\])/g, '$1'));
}

function readMoment(command: string, key: string, args: readonly string[]): Moment | null {
  if (key.startsWith('out:') && command === 'XADD') {
    const json = args[2] ?? ''; // not to be parsed: MONITOR writes what is not ASCII in a way of its own
    const [, row = '', contact = ''] = /^\{"id":"([^"]*)","contact":"([^"]*)"/.exec(json) ?? [];
    return { type: 'written', row, contact, isBot: !/"from":\{"type":"(staff|notice)"/.test(json) };
  }
  if (key === 'inflight' && command === 'HSET') {
    const { sure } = JSON.parse(args[1] ?? '') as { sure: boolean };
    return sure ? null : { type: 'begun', row: args[0] ?? '' };
  }
  if (key !== 'held') return null;
  if (command === 'HSET') return { type: args[1] === '' ? 'held' : 'freed', contact: args[0] ?? '' };
  return command === 'HDEL' ? { type: 'freed', contact: args[0] ?? '' } : null;
}

/**
 * What was sent although it must not be: what the bot said is not begun while staff hold the conversation, and never when they
 * held it at any time since it was written.
 */
export function spokenOutOfTurn(moments: readonly Moment[]): string[] {
  const held = new Set<string>();
  const rows = new Map<string, { contact: string; isBot: boolean; isDead: boolean }>();
  const wrong: string[] = [];
  for (const moment of moments) {
    switch (moment.type) {
      case 'written':
        rows.set(moment.row, { ...moment, isDead: moment.isBot && held.has(moment.contact) });
        break;
      case 'held':
        held.add(moment.contact);
        for (const row of rows.values()) if (row.contact === moment.contact && row.isBot) row.isDead = true;
        break;
      case 'freed':
        held.delete(moment.contact);
        break;
      case 'begun':
        if (rows.get(moment.row)?.isDead) wrong.push(moment.row);
        break;
    }
  }
  return wrong;
}

/** Rows of which more arrived than were begun by the book. */
export function sentWithoutWord(moments: readonly Moment[], sent: readonly { row: string }[]): string[] {
  const begun = moments.filter((moment) => moment.type === 'begun');
  const times = (row: string, list: readonly { row: string }[]): number => list.filter((one) => one.row === row).length;
  return [...new Set(sent.map(({ row }) => row))].filter((row) => times(row, sent) > times(row, begun));
}
