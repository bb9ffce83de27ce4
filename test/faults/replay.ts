import { renderMessenger } from '../../src/channels/messenger/render.ts';
import { renderZalo } from '../../src/channels/zalo/render.ts';
import { eventTime } from '../../src/core/event-time.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { Task } from '../../src/core/request.ts';
import { sessionSchema, type Session } from '../../src/core/session.ts';
import type { Engine } from '../../src/core/turn.ts';
import { makeShell, type Shell } from '../support/shell.ts';

/** An event as the transcript holds it, in the order in which turns were played. */
export type Played = { event: InboundEvent; receivedAt: number };

/** What pure turns make of one person's events. */
export type Replayed = {
  session: Session | null;
  /** The messages said, in order, and the event each answers. */
  said: { text: string; event: string }[];
  entries: ReturnType<Shell['entries']>;
  /** Files were asked for: the instant of our own report of them is in no record, see `lastSeenAt` in compare.ts. */
  hadFiles: boolean;
};

/**
 * Plays a person's events through the engine as a worker does: the same instants, requests answered as the stores answer
 * them. `codeOf` gives the public code under which a draft lies in MongoDB, the one thing of a turn that is random.
 * A fetch of files is answered at once by "not reachable": that is what the stand-in addresses come to.
 */
export function replay(engine: Engine, played: readonly Played[], codeOf: (draftId: string) => string): Replayed {
  const shell = makeShell(codeOf);
  const said: Replayed['said'] = [];
  let session: Session | null = null;
  let hadFiles = false;

  function play(event: InboundEvent, at: number): void {
    let result = engine.turn(session, event, at);
    const replies = [...result.replies];
    const tasks = [...result.tasks];
    while (result.request) {
      const { request } = result;
      result = engine.resume(thaw(result.session), event, at, request, shell.answer(request));
      replies.push(...result.replies);
      tasks.push(...result.tasks);
    }
    session = thaw(result.session);
    for (const reply of replies)
      for (const text of messagesOf(event.contact, reply)) said.push({ text, event: event.id });
    for (const task of tasks) {
      if (task.type !== 'fetchFiles') continue;
      hadFiles = true;
      play(fetched(event, task), at);
    }
  }

  for (const { event, receivedAt } of played) play(event, eventTime(event.sentAt, receivedAt));
  return { session, said, entries: shell.entries(), hadFiles };
}

/** As the product reports it. Source: src/app.ts, taskDoer. */
function fetched(cause: InboundEvent, task: Extract<Task, { type: 'fetchFiles' }>): InboundEvent {
  return {
    type: 'filesFetched',
    id: eventId(cause.id.split('/')[0] ?? '', `files/${task.request}`),
    contact: cause.contact,
    sentAt: cause.sentAt,
    request: task.request,
    outcomes: task.items.map((item) => ({ type: 'unreachable', name: item.name ?? '' })),
  };
}

/** The texts of the platform messages that a reply becomes. */
export function messagesOf(contact: string, reply: Reply): string[] {
  const messages = contact.startsWith('zalo:') ? renderZalo(reply, 'on') : renderMessenger(reply);
  return messages.map((message) => (message as { text?: string }).text ?? '');
}

/** Between turns a session goes through JSON and its schema, as it does in production. */
const thaw = (session: Session): Session => sessionSchema.parse(JSON.parse(JSON.stringify(session)));
