import { Pool } from 'undici';
import { faultOf, headersOf, intake, VERIFY_TOKEN, webhookOf, type Said } from './conversation.ts';
import { driveOpen, type OpenJob } from './open-driver.ts';
import { spread, type Spread } from './trend.ts';
import { startStubGraph } from './stub-graph.ts';

// The people and the Graph API in one process, so that a reply finds the person it was meant for. Told what to do over IPC.

export type Job = {
  origin: string;
  /** People at once. */
  people: number;
  /** No conversation begins after this many ms; those under way are finished. */
  forMs: number;
  /** Or after so many. */
  conversations: number;
  /** The floor says its own words, one message a turn. */
  isFloor: boolean;
  /** Characters of the description; 300 when not told. */
  description?: number;
  /** The second workplace is typed by name instead of tapped. */
  typesUnit?: boolean;
};

export type Outcome = {
  conversations: number;
  turns: number;
  seconds: number;
  ackMs: Spread;
  turnMs: Spread;
  /** Messages nobody waited for. */
  stray: number;
  faults: number;
  firstFaults: string[];
  driverCpuSeconds: number;
};

const REPLY_LIMIT_MS = 20_000;
/** A closed loop: who got their reply and their 200 says the next thing at once; who is done is replaced by a new person. */
type Person = {
  user: string;
  n: number;
  step: number;
  /** Messages of the present reply that came. */
  heard: number;
  said: Said | undefined;
  acked: boolean;
  replied: boolean;
  saidAt: number;
};

const talking = new Map<string, Person>();
let run: ReturnType<typeof newRun> | null = null;
let count = 0;
const base = 7_000_000_000_000_000 + (process.pid % 10_000) * 1_000_000_000;

let hear = (user: string, message: object): void => {
  const person = talking.get(user);
  if (person && run) run.hear(person, message as Said);
  else if (run) run.outcome.stray++;
};
const closed = hear;
const stub = await startStubGraph((user, message) => hear(user, message));

function newRun(job: Job, pool: Pool, done: () => void) {
  const turns = intake(job.description ?? 300, job.typesUnit ?? false);
  const acks: number[] = [];
  const waits: number[] = [];
  const outcome = { conversations: 0, turns: 0, stray: 0, faults: 0, firstFaults: [] as string[] };
  const begunAt = performance.now();
  let begun = 0;
  let endedAt = begunAt;
  let active = 0;

  function next(): void {
    if (begun >= job.conversations || performance.now() - begunAt > job.forMs) {
      if (active === 0) done();
      return;
    }
    begun++;
    active++;
    const n = count++;
    const person = {
      user: String(base + n),
      n,
      step: 0,
      heard: 0,
      said: undefined,
      acked: true,
      replied: true,
      saidAt: 0,
    };
    talking.set(person.user, person);
    say(person);
  }

  function leave(person: Person, fault: string | null): void {
    if (!talking.delete(person.user)) return;
    if (fault === null) outcome.conversations++;
    else if (outcome.faults++ < 5) outcome.firstFaults.push(`turn ${person.step + 1}: ${fault}`);
    active--;
    endedAt = performance.now();
    next();
  }

  function say(person: Person): void {
    const turn = turns[person.step];
    if (!turn) return leave(person, null);
    let body: string;
    try {
      body = webhookOf(person.user, turn.act(person.n, person.said), Date.now());
    } catch (error) {
      return leave(person, String(error));
    }
    person.heard = 0;
    person.acked = person.replied = false;
    person.saidAt = performance.now();
    let status = 0;
    pool.dispatch(
      { method: 'POST', path: '/webhooks/messenger', headers: headersOf(body), body },
      {
        onRequestStart() {},
        onResponseStart: (_controller, code) => void (status = code),
        onResponseData() {},
        onResponseEnd() {
          acks.push(performance.now() - person.saidAt);
          if (status !== 200) return leave(person, `the webhook was answered ${status}`);
          person.acked = true;
          goOn(person);
        },
        onResponseError: (_controller, error) => leave(person, error.message),
      },
    );
  }

  function goOn(person: Person): void {
    if (!person.acked || !person.replied) return;
    person.step++;
    say(person);
  }

  function hear(person: Person, message: Said): void {
    const turn = turns[person.step];
    if (!turn || person.replied) return void outcome.stray++;
    if (!job.isFloor) {
      const fault = faultOf(message, turn.replies[person.heard]!);
      if (fault !== null) return leave(person, fault);
      if (++person.heard < turn.replies.length) return;
    }
    waits.push(performance.now() - person.saidAt);
    outcome.turns++;
    person.said = message;
    person.replied = true;
    goOn(person);
  }

  return {
    outcome,
    hear,
    next,
    /** Gives up on those whose reply does not come. */
    reap(): void {
      const limit = performance.now() - REPLY_LIMIT_MS;
      for (const person of Array.from(talking.values())) {
        if (person.saidAt < limit) leave(person, person.acked ? 'no reply came' : 'no answer to the webhook came');
      }
    },
    result: () => ({ ...outcome, seconds: (endedAt - begunAt) / 1000, ackMs: spread(acks), turnMs: spread(waits) }),
  };
}

async function drive(job: Job): Promise<Outcome> {
  const pool = new Pool(job.origin, { connections: job.people, pipelining: 1 });
  const path = `/webhooks/messenger?hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}&hub.challenge=1`;
  const connect = async (): Promise<void> => (await pool.request({ method: 'GET', path })).body.dump();
  await Promise.all(Array.from({ length: job.people }, connect)); // connections are opened before the clock starts
  const cpu = process.cpuUsage();
  await new Promise<void>((resolve) => {
    const started = (run = newRun(job, pool, resolve));
    for (let i = 0; i < job.people; i++) started.next();
    const timer = setInterval(() => (run === started ? started.reap() : clearInterval(timer)), 500);
    timer.unref();
  });
  const used = process.cpuUsage(cpu);
  await new Promise((resolve) => setTimeout(resolve, 200)); // a reply said twice would still be coming
  const result = run!.result();
  run = null;
  await pool.close();
  return { ...result, driverCpuSeconds: (used.user + used.system) / 1e6 };
}

process.on('message', (job: Job | OpenJob) => {
  const failed = (error: unknown): void => void process.send?.({ error: String(error) });
  if ('phases' in job) {
    driveOpen(
      job,
      (listener) => (hear = listener),
      (answer) => process.send?.(answer),
    ).then(() => (hear = closed), failed);
  } else drive(job).then((outcome) => process.send?.({ outcome }), failed);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: stub.port });
