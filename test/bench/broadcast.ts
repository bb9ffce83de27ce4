/**
 * Broadcasts: how long planning 100,000 people takes and what memory it needs, and whether sending holds the rate it was given.
 * The embedded MongoDB server is a process of its own; platforms take everything at once.
 *
 *     node --import tsx test/bench/broadcast.ts [--people 100000] [--send 3000] [--rate 45]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLog } from '../../src/base/log.ts';
import { planRun } from '../../src/broadcasts/plan.ts';
import { ownRun } from '../../src/broadcasts/run-of.ts';
import { everyone } from '../../src/core/run.ts';
import { readWorld } from '../../src/content/world.ts';
import { connectMongo } from '../../src/stores/mongo/connect.ts';
import { snapshotWrite } from '../../src/stores/mongo/contacts.ts';
import { mongoStores, prepareStores, type MongoStores } from '../../src/stores/mongo/stores.ts';
import { playBroadcast } from '../faults/broadcast.ts';
import { buildProduct, CAMPAIGN } from '../faults/build.ts';
import { makeMongo } from '../faults/stores.ts';

const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const MB = 1024 * 1024;
const AT_A_TIME = 500;
const NOW = Date.parse('2022-05-28T10:00:00+07:00');

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    send: { type: 'string', default: '3000' },
    rate: { type: 'string', default: '45' },
  },
});

if (Number(values.people) > 0) await benchPlan(Number(values.people));
if (Number(values.send) > 0) await benchSend(Number(values.send), Number(values.rate));
process.exit(0);

async function benchPlan(count: number): Promise<void> {
  const dist = await buildProduct(ROOT);
  const dir = mkdtempSync(join(tmpdir(), 'skb-bench-'));
  mkdirSync(join(dir, 'logs'));
  const mongo = await makeMongo(dir, dist);
  await mongo.start();
  const connected = await connectMongo(`mongodb://127.0.0.1:${mongo.port}/skb`, { log: silentLog });
  try {
    const stores = mongoStores(connected.connection);
    await prepareStores(connected.connection, stores, silentLog);
    await fill(stores, count);
    const campaign = readWorld({ flowsDir: 'flows', localesDir: 'locales', campaign: null }).flows.get(
      CAMPAIGN,
    )?.campaign;
    if (!campaign) throw new Error('no campaign');
    const audience = { ...everyone(CAMPAIGN), standings: ['notStarted', 'draft'] as const };
    const fields = {
      id: 'bench',
      kind: 'reminder',
      state: 'planning',
      deadline: null,
      audience,
      isPlanned: false,
    } as const;
    await stores.runs.insert(ownRun(campaign, { ...fields, notAfter: NOW + 3_600_000 }, [], NOW));
    const before = process.memoryUsage().rss;
    let most = before;
    const from = performance.now();
    const look = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
    const view = { campaignOf: () => campaign, reachOfUnit: (_: string, code: string) => [code] };
    await planRun({ ...view, stores, clock: { now: () => NOW } }, 'bench', () => true);
    clearInterval(look);
    const run = await stores.runs.read('bench');
    const seconds = (performance.now() - from) / 1000;
    tell(`planned ${run?.planned ?? 0} people in ${seconds.toFixed(1)} s`);
    tell(`memory ${Math.round(before / MB)} MB before, ${Math.round(most / MB)} MB at most`);
  } finally {
    await connected.close();
    await mongo.runner.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}

async function fill(stores: MongoStores, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_A_TIME) {
    const documents = Array.from({ length: Math.min(AT_A_TIME, count - from) }, (_, i) => {
      const n = from + i;
      const contact = `${n % 2 === 0 ? 'zalo' : 'messenger'}:oa:${n}`;
      const { u } = snapshotWrite(contact, NOW, {
        lang: 'vi',
        owner: { type: 'bot' },
        consentAt: NOW,
        remindersOff: false,
        remindYesAt: null,
        drafts: [{ campaign: CAMPAIGN, step: 'title', group: '', isBegun: true, updatedAt: NOW }],
        campaign: CAMPAIGN,
        step: 'title',
        profile: {},
        name: 'Trần Thị Thử',
        phone: n % 5 === 0 ? '' : `+849${10_000_000 + n}`,
        units: ['84', '84A'],
        entries: [],
        arrivals: [],
        humanAskedAt: null,
        humanReason: null,
        handledAt: null,
        lastSeenAt: NOW - 3_600_000,
      }) as { u: { $set: object } };
      return { _id: contact, ...u.$set };
    });
    await stores.contacts.collection.insertMany(documents as never); // the driver's types want an ObjectId
  }
}

async function benchSend(people: number, perSecond: number): Promise<void> {
  const plan = { seed: 1, people, kills: 0, pauseMs: 1000, keep: false, trouble: false };
  const { counts, faults } = await playBroadcast({ ...plan, perSecond, say: tell });
  tell(`configured ${perSecond}/s on each channel; ${JSON.stringify(counts)}; ${faults.length} faults`);
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
