import { Pool } from 'undici';
import {
  faultOf,
  headersOf,
  NEWCOMER,
  prefilledUser,
  RETURNING,
  STARTS_OVER,
  webhookOf,
  type Said,
  type Turn,
} from './conversation.ts';
import { makeHeap, seededRandom } from './schedule.ts';
import { spread, type Spread } from './trend.ts';

// People who come when they come and think between two turns, whether the bot answers fast or not: nobody waits for a reply, so
// a slow product is not asked less. A person's next webhook waits only for the 200 of the one before. Part of `driver.ts`.

export type OpenJob = {
  origin: string;
  /** One after the other. Turns asked for per second; people arrive as a Poisson process of that many turns. */
  phases: { seconds: number; turnsPerSecond: number }[];
  /** Mean time between two turns of a person, uniform from half of it to one and a half. */
  thinkMs: number;
  /** Share of those who arrive that are new; the others left off before the description, `prefilledUser(0)` and up. */
  newShare: number;
  /** People who are there from the start to the end and begin all over at the summary; they make this share of the turns. */
  loopShare: number;
  windowSeconds: number;
  seed: number;
};

/** What happened in one window. Times of replies count where the reply came. */
export type Window = {
  /** Seconds since the start at its end. */
  at: number;
  phase: number;
  arrived: number;
  finished: number;
  said: number;
  answered: number;
  /** From handing the POST to the HTTP client to the 200. */
  ackMs: Spread;
  /** From the same to the last message of the reply. */
  waitMs: Spread;
  /** Turns said and not answered, at the end. */
  outstanding: number;
  /** Of the longest wait: turns ahead of it when it was said, how many of them the person's own, and turns answered while it waited. */
  longest: { ms: number; ahead: number; ownAhead: number; answeredMeanwhile: number };
  /**
   * Of the waits over a second of people with nothing else open the largest answered/ahead, counting at least a hundred ahead: 1 is
   * first come, first served. 0 when none was so long. People take turns, so who has said four things waits four rounds.
   */
  overtaken: number;
  faults: number;
  /** The largest lateness of this driver itself. */
  lateMs: number;
};

/** `stray`: messages nobody waited for. `unfinished`: people who waited in vain. */
export type Done = { seconds: number; firstFaults: string[]; stray: number; unfinished: number };
type Answer = { window: Window } | { done: Done };

type Open = { turn: Turn; heard: number; saidAt: number; ahead: number; ownAhead: number; answeredBefore: number };
type Person = {
  user: string;
  n: number;
  turns: readonly Turn[];
  step: number;
  loops: boolean;
  /** Said and not yet answered, oldest first. */
  open: Open[];
  posting: boolean;
  /** A turn fell due while the last POST was under way. */
  due: boolean;
};

/** After the last phase replies are waited for until none came for so long. */
const SILENCE_MS = 60_000;
const TICK_MS = 4;
const LONG_WAIT_MS = 1000;
/** Below this a ratio to those ahead says nothing: a reply takes some time without a queue too. */
const FEW_AHEAD = 100;

function newWindow() {
  const longest = { ms: 0, ahead: 0, ownAhead: 0, answeredMeanwhile: 0 };
  const counts = { arrived: 0, finished: 0, said: 0, answered: 0, faults: 0, overtaken: 0, lateMs: 0 };
  return { ...counts, longest, acks: [] as number[], waits: [] as number[] };
}

/** `listen` says who hears what the bot sends. */
export async function driveOpen(
  job: OpenJob,
  listen: (hear: (user: string, message: object) => void) => void,
  tell: (answer: Answer) => void,
): Promise<void> {
  const talking = new Map<string, Person>();
  const pool = new Pool(job.origin, { connections: 256, pipelining: 1 });
  const random = seededRandom(job.seed);
  const due = makeHeap<Person>();
  const firstFaults: string[] = [];
  const base = 8_000_000_000_000_000 + (process.pid % 10_000) * 1_000_000_000;
  let people = 0;
  let returned = 0;
  let outstanding = 0;
  let answered = 0;
  let window = newWindow();
  let phase = 0;
  let arriving = true;
  let stray = 0;
  let heardAt = 0;
  const beganAt = performance.now();
  const since = (): number => performance.now() - beganAt;
  const think = (): number => job.thinkMs * (0.5 + random());

  function meet(turns: readonly Turn[], user: string, n: number, loops: boolean, at: number): void {
    const person: Person = { user, n, turns, step: 0, loops, open: [], posting: false, due: false };
    talking.set(user, person);
    window.arrived++;
    due.push(at, person);
  }

  function arrive(at: number): void {
    if (random() < job.newShare) meet(NEWCOMER, String(base + people), people++, false, at);
    else meet(RETURNING, prefilledUser(returned), returned++, false, at);
  }

  function leave(person: Person, fault: string | null): void {
    if (!talking.delete(person.user)) return;
    outstanding -= person.open.length;
    if (fault === null) window.finished++;
    else {
      window.faults++;
      if (firstFaults.length < 5) firstFaults.push(fault);
    }
  }

  function act(person: Person): void {
    if (!talking.has(person.user)) return;
    if (person.posting) {
      person.due = true;
      return;
    }
    const turn = person.turns[person.step];
    if (!turn) return;
    const saidAt = performance.now();
    person.open.push({
      turn,
      heard: 0,
      saidAt,
      ahead: outstanding,
      ownAhead: person.open.length,
      answeredBefore: answered,
    });
    outstanding++;
    window.said++;
    person.step++;
    if (person.step === person.turns.length && person.loops && arriving) {
      person.turns = STARTS_OVER;
      person.step = 0;
    }
    if (person.step < person.turns.length) due.push(since() + think(), person);
    person.posting = true;
    const body = webhookOf(person.user, turn.act(person.n, undefined), Date.now());
    let status = 0;
    pool.dispatch(
      { method: 'POST', path: '/webhooks/messenger', headers: headersOf(body), body },
      {
        onRequestStart() {},
        onResponseStart: (_controller, code) => void (status = code),
        onResponseData() {},
        onResponseEnd() {
          window.acks.push(performance.now() - saidAt);
          person.posting = false;
          if (status !== 200) return leave(person, `the webhook was answered ${status}`);
          if (!person.due) return;
          person.due = false;
          act(person);
        },
        onResponseError: (_controller, error) => leave(person, error.message),
      },
    );
  }

  listen((user, message) => {
    const person = talking.get(user);
    if (person) hear(person, message as Said);
    else stray++;
  });

  function hear(person: Person, said: Said): void {
    const [head] = person.open;
    if (!head) return void stray++;
    const fault = faultOf(said, head.turn.replies[head.heard]!);
    if (fault !== null) return leave(person, fault);
    if (++head.heard < head.turn.replies.length) return;
    heardAt = since();
    person.open.shift();
    outstanding--;
    answered++;
    window.answered++;
    const ms = performance.now() - head.saidAt;
    const answeredMeanwhile = answered - head.answeredBefore;
    window.waits.push(ms);
    if (ms > window.longest.ms) {
      window.longest = { ms, ahead: head.ahead, ownAhead: head.ownAhead, answeredMeanwhile };
    }
    if (ms > LONG_WAIT_MS)
      window.overtaken = Math.max(window.overtaken, answeredMeanwhile / Math.max(FEW_AHEAD, head.ahead));
    if (person.open.length === 0 && person.step >= person.turns.length) leave(person, null);
  }

  const close = (): void => {
    const { acks, waits, ...counts } = window;
    tell({ window: { ...counts, at: since() / 1000, phase, ackMs: spread(acks), waitMs: spread(waits), outstanding } });
    window = newWindow();
  };
  const windows = setInterval(close, job.windowSeconds * 1000);

  const looping = (job.loopShare * (job.phases[0]?.turnsPerSecond ?? 0) * job.thinkMs) / 1000;
  const loopTurns = looping / (job.thinkMs / 1000);
  for (let i = 0; i < looping; i++)
    meet(NEWCOMER.slice(0, 2).concat(STARTS_OVER), String(base + people), people++, true, (think() * i) / looping);
  const turnsEach = job.newShare * NEWCOMER.length + (1 - job.newShare) * RETURNING.length;
  let nextArrival = 0;
  let phaseEnd = 0;
  for (const [index, { seconds, turnsPerSecond }] of job.phases.entries()) {
    phase = index;
    phaseEnd += seconds * 1000;
    const everyMs = (1000 * turnsEach) / Math.max(1e-9, turnsPerSecond - loopTurns);
    nextArrival = since() - Math.log(1 - random()) * everyMs;
    while (since() < phaseEnd) {
      while (nextArrival < Math.min(since(), phaseEnd)) {
        arrive(nextArrival);
        nextArrival -= Math.log(1 - random()) * everyMs;
      }
      playDue();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }
  arriving = false;
  heardAt = since();
  while (talking.size > 0 && since() - heardAt < SILENCE_MS) {
    playDue();
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  clearInterval(windows);
  close();
  const unfinished = talking.size;
  talking.clear();
  await pool.close();
  tell({ done: { seconds: since() / 1000, firstFaults, stray, unfinished } });

  function playDue(): void {
    const now = since();
    for (let next = due.next(now); next; next = due.next(now)) {
      window.lateMs = Math.max(window.lateMs, now - next.at);
      act(next.item);
    }
  }
}
