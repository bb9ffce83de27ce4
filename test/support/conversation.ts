import { contactId } from '../../src/core/contact.ts';
import { eventId, type FileOutcome, type InboundEvent } from '../../src/core/event.ts';
import type { StaffAct } from '../../src/core/handover.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { Task } from '../../src/core/request.ts';
import { sessionSchema, type Session } from '../../src/core/session.ts';
import type { TurnResult } from '../../src/core/turn.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import type { World } from '../../src/engine/flow.ts';
import { makeShell, type Shell } from './shell.ts';

/** Everything of an event but who, when and which. */
export type Happening = {
  [T in InboundEvent['type']]: Omit<Extract<InboundEvent, { type: T }>, 'id' | 'contact' | 'sentAt'>;
}[InboundEvent['type']];

export type Played = {
  before: Session | null;
  event: InboundEvent;
  after: Session;
  replies: readonly Reply[];
  tasks: readonly Task[];
  act: TurnResult['act'];
};

/** One conversation with the engine alone: requests are answered by maps, files are fetched at once. */
export type Conversation = {
  shell: Shell;
  now(): number;
  wait(ms: number): void;
  /** The turn of what happened. What it fetches comes back at once, unless `lazyFetch`. */
  play(what: Happening): Played;
  say(text: string): Played;
  staff(who: string, act: StaffAct): Played;
  session(): Session;
};

const EVERY_MS = 5_000;

export function converse(
  world: World,
  startAt: number,
  options: { onTurn?: (played: Played) => void; lazyFetch?: boolean } = {},
): Conversation {
  const engine = makeEngine(world);
  const contact = contactId('messenger', '108845271234567', '24681357908642097');
  const shell = makeShell();
  let session: Session | null = null;
  let at = startAt;
  let count = 0;

  function play(what: Happening): Played {
    at += EVERY_MS;
    count += 1;
    const event = { ...what, id: eventId('messenger', `m${count}`), contact, sentAt: at } as InboundEvent; // all parts are there
    const before: Session | null = session;
    let result = engine.turn(session, event, at);
    const replies = [...result.replies];
    const tasks = [...result.tasks];
    while (result.request) {
      result = engine.resume(thaw(result.session), event, at, result.request, shell.answer(result.request));
      replies.push(...result.replies);
      tasks.push(...result.tasks);
    }
    session = thaw(result.session);
    const played = { before, event, after: session, replies, tasks, act: result.act };
    options.onTurn?.(played);
    for (const task of tasks) {
      if (task.type === 'fetchFiles' && !options.lazyFetch)
        play({ type: 'filesFetched', request: task.request, outcomes: fetched(task) });
    }
    return played;
  }

  return {
    shell,
    now: () => at,
    wait(ms) {
      at += ms;
    },
    play,
    say: (text) => play({ type: 'text', text }),
    staff: (who, act) => play({ type: 'staff', staff: who, name: who.toUpperCase(), act }),
    session() {
      if (!session) throw new Error('nothing happened yet');
      return session;
    },
  };
}

/** Between turns a session goes through JSON and its schema, as it does in production. */
const thaw = (session: Session): Session => sessionSchema.parse(JSON.parse(JSON.stringify(session)));

export const fetched = (task: Extract<Task, { type: 'fetchFiles' }>): FileOutcome[] =>
  task.items.map((item, n) => ({
    type: 'stored',
    fileId: `${task.request}-${n}`,
    name: item.name ?? 'a.jpg',
    mime: item.kind === 'audio' ? 'audio/mpeg' : 'image/jpeg',
    size: 9,
    sha256: 'f'.repeat(64),
  }));
