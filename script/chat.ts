/**
 * Plays a conversation in the terminal: `npm run chat -- [--channel zalo|messenger] [--at 2022-05-28T08:00:00+07:00] [--campaign id]`.
 * A number in brackets taps a button: `[1]`. Nothing is stored.
 */
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { describeMessenger, renderMessenger } from '../src/channels/messenger/render.ts';
import { describeZalo, renderZalo } from '../src/channels/zalo/render.ts';
import { readWorld } from '../src/content/world.ts';
import { contactId } from '../src/core/contact.ts';
import { eventId, type InboundEvent } from '../src/core/event.ts';
import type { Option, Reply } from '../src/core/reply.ts';
import type { Session } from '../src/core/session.ts';
import { makeEngine } from '../src/engine/engine.ts';
import { makeShell } from '../test/support/shell.ts';

const { values } = parseArgs({
  options: {
    channel: { type: 'string', default: 'zalo' },
    at: { type: 'string', default: '2022-05-28T08:00:00+07:00' },
    campaign: { type: 'string' },
    flows: { type: 'string', default: 'flows' },
    locales: { type: 'string', default: 'locales' },
  },
});
const world = readWorld({ flowsDir: values.flows, localesDir: values.locales, campaign: values.campaign ?? null });
const engine = makeEngine(world);
const shell = makeShell();
const channel = values.channel === 'messenger' ? 'messenger' : 'zalo';
const offset = Date.parse(values.at) - Date.now();
let session: Session | null = null;
let buttons: Option[] = [];
let count = 0;

function show(replies: readonly Reply[]): void {
  for (const reply of replies) {
    const messages =
      channel === 'zalo' ? renderZalo(reply, 'on').map(describeZalo) : renderMessenger(reply).map(describeMessenger);
    for (const message of messages) console.log(`\n${message.replace(/^/gm, '  ')}`);
    if (reply.options.length > 0) buttons = [...reply.options];
  }
}

function play(text: string): void {
  const at = Date.now() + offset;
  const tapped = buttons[Number(/^\[(\d+)\]$/.exec(text)?.[1] ?? 0) - 1];
  const event: InboundEvent = {
    type: 'text',
    id: eventId(channel, `terminal-${++count}`),
    contact: contactId(channel, 'terminal', 'you'),
    sentAt: at,
    text: tapped?.payload ?? text,
  };
  let result = engine.turn(session, event, at);
  show(result.replies);
  while (result.request) {
    result = engine.resume(result.session, event, at, result.request, shell.answer(result.request));
    show(result.replies);
  }
  session = result.session;
}

const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '\n> ' });
terminal.prompt();
for await (const line of terminal) {
  play(line);
  terminal.prompt();
}
