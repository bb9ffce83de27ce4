import { describeError } from '../../src/base/errors.ts';
import type { Fault } from './checks.ts';
import { branch } from './random.ts';
import type { Scenario } from './scenario.ts';
import { openWorld, type WorldOptions } from './world.ts';

export type PlayOptions = {
  seed: number;
  people: number;
  active: number;
  kills: number;
  minutes: number;
  /** Leaves logs and files although nothing is wrong. */
  keep: boolean;
  /** Wins over what the scenario asks for. */
  world?: Partial<WorldOptions>;
  say(line: string): void;
};

export type Report = {
  scenario: string;
  claim: string;
  seed: number;
  seconds: number;
  faults: Fault[];
  counts: Record<string, number>;
  /** What the product complained of, and how often, over all processes. */
  complaints: [what: string, times: number][];
  /** Where logs and files are kept, null when they are gone. */
  dir: string | null;
};

/** Plays one scenario in a world of its own. */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<Report> {
  const { seed, people, active, say } = options;
  const begunAt = performance.now();
  say(`\n== ${scenario.name}: ${scenario.claim}`);
  const outside = await scenario.before?.();
  const given = { people, active, ...scenario.world, ...outside?.world, ...options.world, seed, say };
  const world = await openWorld(given).catch(async (error: unknown) => {
    await outside?.close();
    throw error;
  });
  let keep = true;
  try {
    const plan = { random: branch(seed, scenario.name), kills: options.kills, minutes: options.minutes };
    await scenario.run(world, plan).catch((error: unknown) => {
      const facts = [JSON.stringify(describeError(error)), error instanceof Error ? (error.stack ?? '') : ''];
      world.fault({ who: scenario.name, what: 'the scenario did not get through', facts });
    });
    const { faults, counts } = await world.finish();
    keep = options.keep || faults.length > 0;
    const complaints = new Map<string, number>();
    for (const { runner } of world.products)
      for (const [what, times] of runner.complaints()) complaints.set(what, (complaints.get(what) ?? 0) + times);
    const { mail, platforms } = world;
    return {
      scenario: scenario.name,
      claim: scenario.claim,
      seed,
      seconds: (performance.now() - begunAt) / 1000,
      faults,
      counts: {
        kills: world.kills(),
        people: world.people.finished(),
        ...counts,
        lostAnswers: platforms.counts.lost,
        refusedWebhooks: [...mail.refused.values()].reduce((sum, times) => sum + times, 0),
        redelivered: mail.counts.redelivered,
        deliveredTwice: mail.counts.doubled,
        delayed: mail.counts.late,
        largestBody: mail.counts.largest,
      },
      complaints: [...complaints].toSorted((a, b) => b[1] - a[1]),
      dir: keep ? world.dir : null,
    };
  } finally {
    await world.close(keep);
    await outside?.close();
  }
}

const MOST_FAULTS = 10;

export function tellReport({ scenario, faults, counts, complaints, seconds, seed, dir }: Report): string {
  const lines = [
    `-- ${scenario}, seed ${seed}, ${seconds.toFixed(0)} s: ${faults.length === 0 ? 'held' : `${faults.length} FAULTS`}`,
    `   ${Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}`,
    ...complaints.slice(0, 12).map(([what, times]) => `   log: ${times} × ${what}`),
    ...kindsOf(faults).map(([what, times]) => `   ${times} × ${what}`),
    ...faults
      .slice(0, MOST_FAULTS)
      .flatMap(({ who, what, facts }) => [`   FAULT ${who}: ${what}`, ...facts.map((fact) => `      ${fact}`)]),
  ];
  if (faults.length > MOST_FAULTS) lines.push(`   and ${faults.length - MOST_FAULTS} faults more`);
  if (dir) lines.push(`   logs and files: ${dir}`);
  return lines.join('\n');
}

function kindsOf(faults: readonly Fault[]): [what: string, times: number][] {
  const kinds = new Map<string, number>();
  for (const { what } of faults) kinds.set(what, (kinds.get(what) ?? 0) + 1);
  return [...kinds];
}
