/**
 * CPU of the engine alone, by turn of the bench's conversation: real flows, real texts, no store, no network.
 *
 *     npm run build
 *     node --import tsx test/bench/engine.ts [--people 2000] [--rounds 7] [--warm 3] [--product ../before]
 *     node --cpu-prof --cpu-prof-dir /tmp/profile --import tsx test/bench/engine.ts
 *
 * People go through the turns in step, so that each turn is measured over all of them; the median of the rounds is shown.
 * `--product` takes the engine of another checkout; both may be given, several times: `--product ../before --product .`
 * runs them by turns in one process each. Sizes of new objects are shown when started with
 * `--min-semi-space-size=512 --max-semi-space-size=512`, which keeps the collector away meanwhile.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { renderMessenger } from '../../src/channels/messenger/render.ts';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Session } from '../../src/core/session.ts';
import type { Engine, TurnResult } from '../../src/core/turn.ts';
import type { makeEngine } from '../../src/engine/engine.ts';
import type { readWorld } from '../../src/content/world.ts';
import { faultOf, PAGE_ID, TURNS, type Act, type Said } from './conversation.ts';
import { openFlows } from './setting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AT = Date.parse('2043-08-01T08:00:00+07:00'); // the last phase of `openFlows`
const TURN_MS = 20_000;

type Person = { n: number; session: Session | null; said: Said | undefined };
type Measured = { engineUs: number[]; keepUs: number[]; bytes: number[] };

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    people: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '7' },
    warm: { type: 'string', default: '3' },
    product: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  },
});
const people = Number(values.people);
const rounds = Number(values.rounds);
const products = values.product ?? ['.'];

if (products.length > 1) compare();
else await measureHere(resolve(products[0] ?? '.'));

/** Each product in a process of its own, one round of each after the other. */
function compare(): void {
  const all = new Map(products.map((product) => [product, [] as number[][]]));
  for (let round = 0; round < rounds; round++) {
    for (const product of products) {
      const args = ['--people', values.people, '--rounds', '3', '--warm', values.warm, '--json', '--product', product];
      const run = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...args]);
      if (run.status !== 0) throw new Error(run.stderr.toString());
      all.get(product)!.push(JSON.parse(run.stdout.toString()) as number[]);
    }
  }
  console.log(`CPU µs per turn, median of ${rounds} processes each, by turns; ${people} people`);
  console.log(`| turn | ${products.join(' | ')} |`);
  console.log(`| ---: | ${products.map(() => '---:').join(' | ')} |`);
  for (let step = 0; step <= TURNS.length; step++) {
    const cells = products.map((product) => median(all.get(product)!.map((run) => run[step] ?? 0)).toFixed(1));
    console.log(`| ${step < TURNS.length ? step + 1 : 'mean'} | ${cells.join(' | ')} |`);
  }
}

async function measureHere(root: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'skb-engine-'));
  const load = async (path: string): Promise<unknown> => import(pathToFileURL(join(root, path)).href);
  const world = (await load('dist/content/world.js')) as { readWorld: typeof readWorld };
  const engines = (await load('dist/engine/engine.js')) as { makeEngine: typeof makeEngine };
  const flowsDir = openFlows(root, folder);
  const localesDir = join(root, 'locales');
  const engine = engines.makeEngine(world.readWorld({ flowsDir, localesDir, campaign: '01-trieu-sang-kien' }));
  rmSync(folder, { recursive: true });
  for (let i = 0; i < Number(values.warm); i++) play(engine, i);
  const runs = Array.from({ length: rounds }, (_, i) => play(engine, i + 100));
  const us = TURNS.map((_, step) => median(runs.map((run) => run.engineUs[step] ?? 0)));
  if (values.json) return void process.stdout.write(JSON.stringify([...us, mean(us)]));
  const keep = TURNS.map((_, step) => median(runs.map((run) => run.keepUs[step] ?? 0)));
  const bytes = TURNS.map((_, step) => median(runs.map((run) => run.bytes[step] ?? 0)));
  console.log(
    `CPU µs per turn, median of ${rounds} rounds, ${people} people, ${root === ROOT ? 'this checkout' : root}`,
  );
  console.log('| turn | engine µs | keepFor µs | new kB | what the bot says |');
  console.log('| ---: | ---: | ---: | ---: | --- |');
  for (const [step, turn] of TURNS.entries()) {
    const what = String(turn.replies.at(-1)).slice(0, 60);
    console.log(`| ${step + 1} | ${cell(us[step])} | ${cell(keep[step])} | ${cell(bytes[step]! / 1024)} | ${what} |`);
  }
  console.log(`| mean | ${cell(mean(us))} | ${cell(mean(keep))} | ${cell(mean(bytes) / 1024)} | |`);
}

/** One round: everybody goes through the whole conversation, turn by turn. Throws when the bot says something else. */
function play(engine: Engine, round: number): Measured {
  const crowd: Person[] = Array.from({ length: people }, (_, i) => ({
    n: i + round * people,
    session: null,
    said: undefined,
  }));
  const measured: Measured = { engineUs: [], keepUs: [], bytes: [] };
  for (const [step, turn] of TURNS.entries()) {
    const at = AT + step * TURN_MS;
    const events = crowd.map(({ n, said }) => eventOf(n, step, at, turn.act(n, said)));
    const results: TurnResult[] = [];
    const replies: TurnResult['replies'][] = [];
    const heap = process.memoryUsage().heapUsed;
    const begun = process.cpuUsage();
    for (let i = 0; i < people; i++) {
      const event = events[i]!;
      let result = engine.turn(crowd[i]!.session, event, at);
      let said = result.replies;
      if (result.request) {
        const { request } = result;
        const code = `SK-2222-${String(i).padStart(4, '0')}`;
        result = engine.resume(result.session, event, at, request, {
          type: 'entrySaved',
          code,
          revision: 1,
          submittedAt: at,
        });
        said = [...said, ...result.replies];
      }
      results.push(result);
      replies.push(said);
    }
    const engineUs = micros(begun);
    measured.engineUs.push(engineUs);
    measured.bytes.push(Math.max(0, process.memoryUsage().heapUsed - heap) / people);
    const kept = process.cpuUsage();
    for (let i = 0; i < people; i++) engine.keepFor(results[i]!.session, at);
    measured.keepUs.push(micros(kept));
    for (const [i, person] of crowd.entries()) {
      const messages = replies[i]!.flatMap((reply) => renderMessenger(reply)) as Said[];
      if (round === 0) check(step, messages);
      person.session = results[i]!.session;
      person.said = messages.at(-1);
    }
  }
  return measured;
}

function check(step: number, messages: readonly Said[]): void {
  const { replies } = TURNS[step]!;
  if (messages.length !== replies.length) throw new Error(`turn ${step + 1}: ${messages.length} messages`);
  for (const [i, message] of messages.entries()) {
    const fault = faultOf(message, replies[i]!);
    if (fault !== null) throw new Error(`turn ${step + 1}: ${fault}`);
  }
}

/** As it comes back from the inbound log. */
function eventOf(n: number, step: number, sentAt: number, act: Act): InboundEvent {
  const contact = contactId('messenger', PAGE_ID, String(7_000_000_000_000_000 + n));
  const base = { id: eventId('messenger', `m_${n}_${step}`), contact, sentAt };
  const event: InboundEvent =
    'postback' in act
      ? { ...base, type: 'postback', payload: act.postback.payload, title: act.postback.title }
      : act.message.quick_reply
        ? { ...base, type: 'quickReply', payload: act.message.quick_reply.payload, title: act.message.text }
        : { ...base, type: 'text', text: act.message.text };
  return JSON.parse(JSON.stringify(event)) as InboundEvent;
}

function micros(since: NodeJS.CpuUsage): number {
  const used = process.cpuUsage(since);
  return (used.user + used.system) / people;
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function mean(list: readonly number[]): number {
  return list.reduce((sum, x) => sum + x, 0) / list.length;
}

function cell(x: number | undefined): string {
  return (x ?? 0).toFixed(1);
}
