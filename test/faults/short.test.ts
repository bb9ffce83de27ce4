import { expect, it } from 'vitest';
import { playScenario, tellReport } from './play.ts';
import { short } from './short.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? Date.now() % 1_000_000);

it(`loses nothing and does nothing twice when processes are killed and replaced (FAULTS_SEED=${seed})`, async () => {
  const told: string[] = [];
  const options = { seed, people: 20, active: 12, kills: 0, minutes: 0, keep: false };
  const report = await playScenario(short, { ...options, say: (line) => void told.push(line) });
  expect(report.faults, `${told.join('\n')}\n${tellReport(report)}`).toEqual([]);
  expect(report.counts['kills']).toBeGreaterThanOrEqual(5);
}, 900_000);
