import { expect, it } from 'vitest';
import { playBroadcast } from './broadcast.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? Date.now() % 1_000_000);

it(`says a broadcast to whoever can be reached exactly once while its processes are killed (FAULTS_SEED=${seed})`, async () => {
  const told: string[] = [];
  const plan = { seed, people: 300, kills: 5, perSecond: 25, pauseMs: 3000, keep: false };
  const report = await playBroadcast({ ...plan, say: (line) => void told.push(line) });
  expect(report.faults.slice(0, 20), `${told.join('\n')} ${report.dir ?? ''}`).toEqual([]);
  expect(report.counts['kills']).toBeGreaterThanOrEqual(3);
}, 900_000);
