import type { Campaign } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import { isHeldAt } from '../core/handover.ts';
import type { Run } from '../core/run.ts';
import { makeReminders, makeResults, makeSilent, type DueShell } from './due.ts';
import { handAgain, type HandShell } from './hand.ts';
import { isDay, mayHandOut } from './quiet-hours.ts';

export type TickShell = HandShell &
  DueShell & {
    stores: HandShell['stores'] & DueShell['stores'];
    campaigns(): Iterable<Campaign>;
    campaignOf(id: string): Campaign | null;
    channels: readonly ChannelName[];
    /** When drafts that fell silent were looked for last, by campaign; of this process alone. */
    looked: Map<string, number>;
    addPlan(run: string): Promise<void>;
    addPump(channel: ChannelName): Promise<void>;
  };

/** So long nothing is heard of what was handed out before it is handed out again. */
const UNHEARD_MS = 10 * 60_000;
/** So long after nothing may be said any more it is given up. */
const LOST_MS = 3_600_000;
const MANY = 500;
/** So long after its end a run is looked at again: nothing comes to it later. */
const CLEARED_MS = 2 * 24 * 3_600_000;

/**
 * One look at what is due and what goes on. Safe to be done by several processes at once, and to be broken off. Throws what the
 * stores throw; then the next look does what is left.
 */
export async function tick(shell: TickShell): Promise<void> {
  const { stores } = shell;
  const templates = await stores.templates.list();
  for (const campaign of shell.campaigns()) {
    await makeReminders(shell, campaign, templates);
    await makeSilent(shell, campaign, templates, shell.looked);
  }
  await makeResults(shell, shell.campaignOf, templates);
  const runs = await stores.runs.inStates(['planning', 'running', 'paused']);
  for (const run of runs) await attend(shell, run);
  await clearUp(shell);
  await again(shell, new Map(runs.map((run) => [run.id, run])));
  await goOnPumping(shell, runs);
}

/** Has it planned to its end, or ends it where nothing of it is left. */
async function attend(shell: TickShell, run: Run): Promise<void> {
  const { stores, clock } = shell;
  if (!run.isPlanned) return shell.addPlan(run.id);
  if (run.state === 'planning') return stores.runs.endPlan(run.id, run.planned); // resumed in the moment in which its plan ended
  const now = clock.now();
  const isOver = now >= run.notAfter;
  if (isOver) {
    await stores.deliveries.endRest(run.id, 'skipped', 'tooLate', now);
    if (now >= run.notAfter + LOST_MS) await stores.deliveries.lose(run.id, now);
  }
  if (!isOver && run.kind === 'result') await tellAfterStaff(shell, run);
  // others may come to belong to these until they are over
  if (!isOver && (run.kind === 'result' || run.kind === 'silentDraft')) return;
  if (await stores.deliveries.hasAny(run.id, ['planned', 'handed', 'said'])) return;
  await stores.runs.change(run.id, ['running', 'paused'], run.rev, { state: 'done', endedAt: now });
}

/** Results of which nothing was said because staff held the conversation are told once they gave it back. */
async function tellAfterStaff({ stores, clock }: TickShell, { id }: Run): Promise<void> {
  const held = await stores.deliveries.held(id, MANY);
  if (held.length === 0) return;
  const now = clock.now();
  const contacts = await stores.audiences.read(held.map(({ contact }) => contact));
  const free = new Set(contacts.filter(({ owner }) => !isHeldAt(owner, now)).map(({ _id }) => _id));
  const again = held.filter(({ contact }) => free.has(contact)).map(({ _id }) => _id);
  if (again.length > 0) await stores.deliveries.again(again, now);
}

/** What came to a run while it ended, or was left when a process that ended it was killed. */
async function clearUp({ stores, clock }: TickShell): Promise<void> {
  const now = clock.now();
  for (const { id, state, endedAt } of await stores.runs.endedSince(now - CLEARED_MS)) {
    if (await stores.deliveries.hasAny(id, ['planned'])) {
      if (state === 'cancelled') await stores.deliveries.endRest(id, 'cancelled', '', now);
      else await stores.deliveries.endRest(id, 'skipped', 'tooLate', now);
    }
    if (endedAt !== null && now >= endedAt + LOST_MS) await stores.deliveries.lose(id, now);
  }
}

/** What was handed out and never heard of, while its run is on. */
async function again(shell: TickShell, runs: ReadonlyMap<string, Run>): Promise<void> {
  const { stores, clock, channels } = shell;
  const now = clock.now();
  if (!isDay(now)) return;
  for (const channel of channels) {
    const unheard = await stores.deliveries.unheard(channel, now - UNHEARD_MS, MANY);
    for (const id of new Set(unheard.map(({ run }) => run))) {
      const run = runs.get(id);
      if (run?.state === 'running' && now < run.notAfter)
        await handAgain(
          shell,
          run,
          unheard.filter((one) => one.run === id),
        );
    }
  }
}

async function goOnPumping(shell: TickShell, runs: readonly Run[]): Promise<void> {
  const now = shell.clock.now();
  const live = runs.filter((run) => run.state === 'running' && (run.kind === 'test' || mayHandOut(now)));
  for (const channel of shell.channels) {
    for (const { id } of live) {
      if (!(await shell.stores.deliveries.hasAny(id, ['planned'], channel))) continue;
      await shell.addPump(channel);
      break;
    }
  }
}
