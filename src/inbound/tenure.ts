import { describeError } from '../base/errors.ts';
import type { Reply } from '../core/reply.ts';
import type { Session } from '../core/session.ts';
import { commitBatch, type Committed } from '../stores/redis/commit.ts';
import { readLogged } from '../stores/redis/inbound-log.ts';
import { judgeEchoes, type EchoVerdict } from '../stores/redis/ledger.ts';
import { loadSessions } from '../stores/redis/sessions.ts';
import { field, type StreamEntry } from '../stores/redis/stream-reader.ts';
import { startAsks } from './ask.ts';
import { addAside, addDead, addTurn, closeLane, movesConversation } from './batch.ts';
import { isHeld, isUnsure, newDraft, take, undo, type Draft } from './batch.ts';
import { enqueue, newLane, queueUp, timeOf, waitingSince, type Lane } from './lane.ts';
import { codeOf, type TurnShell } from './shell.ts';

/** One worker's hold on one partition, from taking the lease to losing it. */
export type Tenure = {
  take(entries: readonly StreamEntry[]): void;
  wants(): boolean;
  /** Events in memory that are not committed. */
  pending(): number;
  /** Contacts whose turn waits for an outside answer or another try. */
  waiting(): number;
  /** Resolves when nothing is played or asked any more; what has not begun is left to the next owner. */
  finish(): Promise<void>;
  /** Forgets everything; whatever was not committed is read again by the next owner. */
  drop(): void;
};

/** Events of one contact in one commit, so that a flood from one person does not hold up the others. */
const TURNS_PER_COMMIT = 64;

export type TenureHooks = {
  /** It is unknown what is written, or the lease is lost: the tenure must end. */
  onBroken(): void;
  /** There is room again for reading. */
  onRoom(): void;
};

export function beginTenure(shell: TurnShell, p: number, token: string, hooks: TenureHooks): Tenure {
  const { connection, engine, clock, log, limits, counters, outlet } = shell;
  const lanes = new Map<string, Lane>();
  const ready: Lane[] = [];
  let unreadable: StreamEntry[] = [];
  /** Hashes of events that the store says were played before. */
  const twice = new Set<string>();
  /** Sessions as they are committed; coherent because the lease keeps all others from writing them. */
  const cache = new Map<string, Session>();
  let pending = 0;
  let running = false;
  let over = false;
  let finishing = false;
  let whenQuiet: (() => void)[] = [];

  outlet?.begin(p);
  const asks = startAsks(shell, p, token, {
    sessionOf: (contact) => cache.get(contact) ?? null,
    onPlayedBefore: (hash) => void twice.add(hash),
    onReleased(lane) {
      lane.held = false;
      if (!lane.inBatch) makeReady(lane);
    },
    onQuiet: quiet,
    onBroken: broken,
  });

  function broken(): void {
    if (!over) hooks.onBroken();
  }

  function quiet(): void {
    if (running || asks.active() > 0) return;
    for (const resolve of whenQuiet) resolve();
    whenQuiet = [];
  }

  function makeReady(lane: Lane): void {
    if (over) return;
    lane.busy = true;
    queueUp(ready, lane);
    start();
  }

  function start(): void {
    if (running || over) return;
    running = true;
    run()
      .catch((error: unknown) => {
        log.warn({ partition: p, ...describeError(error) }, 'a batch was not written');
        broken();
      })
      .finally(() => {
        running = false;
        if (!over && ready.length > 0) start();
        quiet();
      });
  }

  async function load(batch: readonly Lane[]): Promise<Map<string, EchoVerdict> | null> {
    let missing: string[] | null = null;
    let unsure: { contact: string; messageId: string; text: string; hash: string }[] | null = null;
    for (const lane of batch) {
      if (!cache.has(lane.contact)) (missing ??= []).push(lane.contact);
      for (const { event, hash } of lane.queue) if (isUnsure(event)) (unsure ??= []).push({ ...event, hash });
    }
    if (missing) {
      const contacts = missing;
      const sessions = await loadSessions(connection, p, contacts, () => {
        counters.unreadableSessions++;
        log.error({ code: 'session.unreadable', partition: p }, 'a stored session could not be read and was put aside');
      });
      sessions.forEach((session, i) => session && cache.set(contacts[i]!, session));
    }
    if (!unsure) return null;
    const verdicts = await judgeEchoes(connection, p, unsure, clock.now());
    return new Map(unsure.map(({ hash }, i) => [hash, verdicts[i]!]));
  }

  const sessionIn = (draft: Draft, { contact }: Lane): Session | null =>
    draft.after.get(contact) ?? cache.get(contact) ?? null;

  /** `until`: what came later waits, since others were there before. Epoch ms by the clock of whoever took the event in. */
  function play(draft: Draft, lane: Lane, until: number, verdicts: Map<string, EchoVerdict> | null): void {
    if (lane.answered) addTurn(draft, lane, sessionIn(draft, lane), lane.answered);
    else if (lane.givenUp) addDead(draft, lane, lane.givenUp, clock.now(), failedReply(sessionIn(draft, lane)));
    lane.answered = null;
    lane.givenUp = '';
    for (let n = 0; n < TURNS_PER_COMMIT && lane.queue.length > 0 && !finishing; n++) {
      const head = lane.queue[0]!;
      if (n > 0 && head.receivedAt > until) return;
      if (draft.hashes.has(head.hash) || twice.has(head.hash)) {
        take(draft, lane, false);
        continue;
      }
      const verdict = verdicts?.get(head.hash);
      if (isUnsure(head.event) && !verdict) return; // it came while the others were looked up
      if (!movesConversation(head.event, verdict)) {
        addAside(draft, lane, verdict);
        continue;
      }
      const session = sessionIn(draft, lane);
      try {
        const result = engine.turn(session, head.event, timeOf(head));
        if (result.request) return asks.begin(lane, result);
        addTurn(draft, lane, session, result);
      } catch (error) {
        if (!asks.fault(lane, error)) return;
        addDead(draft, lane, codeOf(error), clock.now(), failedReply(session));
      }
    }
  }

  const failedReply = (session: Session | null): Reply | null => (isHeld(session) ? null : engine.failedReply(session));

  async function run(): Promise<void> {
    while ((ready.length > 0 || unreadable.length > 0) && !over) {
      const wanted = Math.max(1, Math.min(ready.length, limits.batch));
      const room = outlet?.room.take(wanted, ready[0] ? waitingSince(ready[0]) : 0) ?? wanted;
      const count = typeof room === 'number' ? room : await room;
      try {
        if (over || !(await playBatch(ready.splice(0, count)))) return;
      } finally {
        outlet?.room.give(count);
      }
    }
  }

  /** False when the tenure has ended. */
  async function playBatch(batch: Lane[]): Promise<boolean> {
    for (const lane of batch) lane.inBatch = true;
    const verdicts = await load(batch);
    if (over) return false;
    const draft = newDraft(batch);
    const strange = unreadable;
    unreadable = [];
    for (const [entry, fields] of strange) {
      draft.entries.push({ entry, hash: '' });
      draft.dead.push({ code: 'event.unreadable', kind: 'entry', json: field(fields, 'e') });
    }
    const until = Math.max(...batch.map(waitingSince));
    for (const lane of batch) {
      play(draft, lane, until, verdicts);
      closeLane(draft, lane, engine, cache.get(lane.contact) ?? null);
    }
    if (draft.entries.length > 0) {
      const committed = await commit(draft);
      if (over) return false;
      if (committed.type === 'lost') {
        log.warn({ code: 'lease.lost', partition: p }, 'a commit was refused');
        broken();
        return false;
      }
      if (committed.type === 'seen') {
        unreadable.push(...strange);
        playAgain(draft, committed.hashes);
        return true;
      }
      remember(draft);
    }
    for (const lane of batch) letGo(lane);
    return true;
  }

  async function commit(draft: Draft): Promise<Committed> {
    const held = (contact: string): boolean => isHeld(draft.after.get(contact) ?? cache.get(contact) ?? null);
    const prepared = outlet?.prepare(p, draft.rows, held) ?? null;
    let committed: Committed | null = null;
    try {
      committed = await commitBatch(connection, p, token, draft, clock.now(), prepared?.marking);
    } finally {
      if (committed?.type === 'done') outlet?.written(p, prepared, draft.rows, committed.rows, committed.marked);
      else outlet?.unwritten(prepared);
    }
    return committed;
  }

  /** Some of these events were played before this tenure: take those out and play the rest anew. */
  function playAgain(draft: Draft, hashes: readonly string[]): void {
    if (twice.size > MANY_DUPLICATES) twice.clear();
    for (const hash of hashes) twice.add(hash);
    undo(draft);
    for (const lane of draft.lanes) {
      lane.round++;
      lane.held = false;
      lane.answered = null; // to a question of a turn that will be played anew
      lane.givenUp = '';
      lane.inBatch = false;
      cache.delete(lane.contact);
      makeReady(lane);
    }
  }

  function remember(draft: Draft): void {
    counters.commits++;
    counters.turns += draft.turns;
    counters.duplicates += draft.duplicates;
    counters.dead += draft.dead.length;
    const hadRoom = pending < limits.pending;
    pending -= draft.entries.length;
    if (!hadRoom && pending < limits.pending) hooks.onRoom();
    for (const [contact, session] of draft.after) {
      cache.delete(contact); // to the young end
      cache.set(contact, session);
    }
    for (const { contact, keepMs } of draft.sessions) if (keepMs <= 0) cache.delete(contact);
    for (const contact of cache.keys()) {
      if (cache.size <= limits.cached) break;
      cache.delete(contact);
    }
    if (!shell.onTurn) return;
    const now = clock.now();
    for (const items of draft.taken.values())
      for (const item of items) shell.onTurn(Math.max(0, now - item.receivedAt)); // by two clocks
  }

  function letGo(lane: Lane): void {
    lane.inBatch = false;
    if (lane.held) return;
    if (lane.answered || lane.givenUp || (lane.queue.length > 0 && !finishing)) return makeReady(lane);
    lane.busy = false;
    if (lane.queue.length === 0) lanes.delete(lane.contact);
  }

  return {
    take(entries) {
      if (over || finishing) return;
      pending += entries.length;
      for (const entry of entries) {
        const item = readLogged(entry);
        if (!item) {
          unreadable.push(entry);
          continue;
        }
        const { contact } = item.event;
        let lane = lanes.get(contact);
        if (!lane) lanes.set(contact, (lane = newLane(contact)));
        enqueue(lane, item);
        if (lane.busy) continue;
        lane.busy = true;
        queueUp(ready, lane);
      }
      if (ready.length > 0 || unreadable.length > 0) start();
    },
    wants: () => pending < limits.pending && !finishing,
    pending: () => pending,
    waiting: () => [...lanes.values()].filter((lane) => lane.held).length,
    finish() {
      finishing = true;
      if (!running && asks.active() === 0) return Promise.resolve();
      return new Promise((resolve) => whenQuiet.push(resolve));
    },
    drop() {
      over = true;
      asks.drop();
      lanes.clear();
      ready.length = 0;
      unreadable = [];
      cache.clear();
      for (const resolve of whenQuiet) resolve();
      whenQuiet = [];
    },
  };
}

const MANY_DUPLICATES = 10_000;
