import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from './base/clock.ts';
import { AppError, describeError } from './base/errors.ts';
import type { Log } from './base/log.ts';
import type { AppStores } from './app-stores.ts';
import type { CampaignDesk } from './content/campaign-desk.ts';
import { compilePublished, type Compiled } from './content/compile-published.ts';
import { liveWorld } from './content/live-world.ts';
import { checkPublished, readStored, type PublishedCampaign, type PublishFault } from './content/published.ts';
import { treeSince } from './content/unit-dates.ts';
import { readWrittenRows, writeUnitRows, type UnitRowsRead } from './content/unit-rows.ts';
import { makeWorld, type Content } from './content/world.ts';
import type { World } from './engine/flow.ts';
import type { StoredCampaign } from './stores/mongo/campaigns.ts';
import { listenPublished, tellPublished } from './stores/redis/campaign-news.ts';

export type AppWorld = {
  /** Reads through to what is in force: whoever holds it never holds an old one. */
  world: World;
  desk: CampaignDesk;
  /** Takes up what was published elsewhere and what a day has changed. Rejects when MongoDB is away. */
  look(): Promise<void>;
  close(): void;
};

/** What nobody heard of is seen after so long. */
const LOOK_MS = 15_000;

/**
 * The campaigns as published last, else as in the files, and kept so. Of what this program cannot play, as after it was put back to
 * an older one, the version before is in force, and the log says so: entries go on being taken.
 */
export async function startWorld(
  content: Content,
  { redis, stores }: Pick<AppStores, 'redis' | 'stores'>,
  { clock, log }: { clock: Clock; log: Log },
): Promise<AppWorld> {
  const { texts } = content;
  const inForce = new Map<string, PublishedCampaign>(content.campaigns);
  const compiled = new Map<string, Compiled>();
  let lastRead: { csv: string; read: UnitRowsRead } | null = null;
  /** Most versions have the units of the one before. */
  async function readRows(csv: string): Promise<UnitRowsRead> {
    if (lastRead?.csv !== csv) lastRead = { csv, read: await readWrittenRows(csv, nextTurn) };
    return lastRead.read;
  }
  async function readWhole(stored: StoredCampaign): Promise<PublishedCampaign> {
    const rows = await readRows(stored.units);
    return readStored(stored, () => rows);
  }
  const compile = (one: PublishedCampaign, at: number) => compiled.set(one.campaign, compilePublished(one, texts, at));
  for (const one of inForce.values()) compile(one, clock.now());
  const { world, replace } = liveWorld(makeWorld(content, [...compiled.values()]));

  let preparing = 0;
  /** Searches by name are made ready bit by bit: webhooks and turns do not wait for ten thousand workplaces. */
  async function prepareSearch(): Promise<void> {
    const round = (preparing += 1);
    for (const { flow } of compiled.values()) {
      for (const _ of flow.campaign.units.prepare()) {
        await nextTurn();
        if (round !== preparing) return;
      }
    }
  }
  function putInForce(): void {
    replace(makeWorld(content, [...compiled.values()]));
    void prepareSearch();
  }

  const check: CampaignDesk['check'] = (wish) =>
    checkPublished(wish, { texts, codes: new Map([...inForce].map(([id, { file }]) => [id, file.code])) });

  function take(next: PublishedCampaign): void {
    const known = inForce.get(next.campaign);
    if (!known || known.version >= next.version) return; // two looks at once end in any order
    // its code was free when it was published; the others may not be taken up yet
    const [fault] = checkPublished(next, { texts, codes: new Map() });
    if (fault) throw unplayable(next, fault);
    compile(next, clock.now());
    inForce.set(next.campaign, next);
    putInForce();
    log.info({ campaign: next.campaign, version: next.version }, 'a published campaign is in force');
  }

  /** Units come and go by their dates. */
  function turnDays(): void {
    const now = clock.now();
    const changed = [...inForce.values()].filter(
      ({ campaign, units }) => compiled.get(campaign)?.since !== treeSince(units, now),
    );
    if (changed.length === 0) return;
    for (const one of changed) compile(one, now);
    putInForce();
    log.info({ campaigns: changed.map(({ campaign }) => campaign).join() }, 'other units are in force');
  }

  /** The newest version of each campaign that is known to be unplayable, or to follow one that is. */
  const refused = new Map<string, number>();

  /** Takes up the newest version that can be played. */
  async function catchUp(campaign: string, newest: number): Promise<void> {
    for (let version = newest; version > (inForce.get(campaign)?.version ?? newest); version -= 1) {
      try {
        const stored =
          version === newest
            ? await stores.campaigns.latest(campaign)
            : await stores.campaigns.version(campaign, version);
        if (!stored) continue;
        return take(await readWhole(stored));
      } catch (error) {
        if (!(error instanceof AppError) || error.retryable) throw error;
        refused.set(campaign, newest);
        log.error(
          describeError(error),
          'a published version cannot be played by this program: an older one is in force',
        );
      }
    }
  }

  async function look(): Promise<void> {
    turnDays();
    for (const [campaign, version] of await stores.campaigns.newest()) {
      const known = inForce.get(campaign);
      if (known && known.version < version && refused.get(campaign) !== version) await catchUp(campaign, version);
    }
  }
  const lookSafely = (): void => {
    look().catch((error: unknown) => {
      const isPassing = error instanceof AppError && error.retryable;
      log[isPassing ? 'warn' : 'error'](describeError(error), 'published campaigns could not be looked at');
    });
  };

  await look();
  void prepareSearch();
  const listening = listenPublished(redis, lookSafely);
  const timer = setInterval(lookSafely, LOOK_MS).unref();

  const desk: CampaignDesk = {
    ids: () => [...inForce.keys()],
    inFiles: (id) => content.campaigns.get(id) ?? null,
    current: (id) => inForce.get(id) ?? null,
    async version(id, version) {
      if (version === 0) return content.campaigns.get(id) ?? null;
      const stored = await stores.campaigns.version(id, version);
      return stored && readWhole(stored);
    },
    versions: (id) => stores.campaigns.list(id),
    check,
    async publish(order) {
      const { campaign, file, intake, units, note, by, base } = order;
      const faults = inForce.has(campaign) ? check(order) : [unknownCampaign(campaign)];
      if (faults.length > 0) return { type: 'refused', faults };
      const at = clock.now();
      const answer = await stores.campaigns.publish({
        campaign,
        base,
        file,
        intake,
        units: writeUnitRows(units),
        note,
        by,
        at,
      });
      // a conflict tells of a version that this process may not have seen yet
      await look().catch((error: unknown) => log.warn(describeError(error), 'a published campaign is taken up later'));
      if (answer.type === 'conflict') return answer;
      await tellPublished(redis, campaign).catch((error: unknown) =>
        log.warn(describeError(error), 'other processes hear of a published campaign later'),
      );
      return answer;
    },
  };
  return {
    world,
    desk,
    look,
    close() {
      preparing += 1;
      clearInterval(timer);
      listening.close();
    },
  };
}

const unknownCampaign = (campaign: string): PublishFault => ({
  path: 'campaign',
  code: 'shape',
  facts: { campaign },
  message: `there is no folder ${campaign} under flows/`,
});

const unplayable = ({ campaign, version }: PublishedCampaign, { path, message }: PublishFault): AppError =>
  new AppError('content.invalid', 'a published campaign cannot be played', {
    facts: { campaign, version, at: path, why: message },
  });
