import { toGraphProfile, type MessengerProfile } from './channels/messenger/profile.ts';
import type { Clock } from './base/clock.ts';
import { describeError } from './base/errors.ts';
import type { AppClock } from './clock.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import { showCode } from './content/codes.ts';
import { phaseAt, phasesFor, type Lang } from './core/campaign.ts';
import type { World } from './engine/flow.ts';
import { rawSentence, say } from './engine/texts.ts';
import { showClosing } from './engine/times.ts';
import { landingHandler, type LandingOptions } from './landing/handler.ts';
import { makeScanCounter } from './landing/scan-counter.ts';
import { LANDING_KEYS, type LandingTexts } from './landing/texts.ts';
import type { MongoStores } from './stores/mongo/stores.ts';
import { makeSimulator, type Simulator } from './simulator/simulator.ts';

const DAY_MS = 86_400_000;
const GET_STARTED = '#start';
const MENU = ['newEntry', 'status', 'help', 'human'] as const;

/** The page behind a QR code. `close` writes the scans that were counted last. */
export type Landing = { handler: ReturnType<typeof landingHandler>; close(): Promise<void> };

export function makeLanding(
  config: Config,
  world: World,
  { codeCounts }: Pick<MongoStores, 'codeCounts'>,
  { clock, log }: { clock: Clock; log: Log },
): Landing {
  const counter = makeScanCounter({
    write: codeCounts.add,
    now: clock.now,
    onFailure: (error) => log.warn(describeError(error), 'scans could not be written, and are kept for later'),
  });
  const findCode: LandingOptions['findCode'] = (code, lang) => {
    const found = world.findCode(code);
    if (!found) return null;
    const { campaign } = found.flow;
    const path = found.unit === null ? [] : campaign.units.pathOf(found.unit);
    const where = phaseAt(phasesFor(campaign, path), clock.now());
    return {
      campaignName: campaign.shortName[lang],
      unitName: found.unit === null ? null : (campaign.units.byCode(found.unit)?.name ?? null),
      code: showCode(campaign.code, found.unit),
      closesText: where.type === 'open' ? closes(world, lang, where.phase.closesAt) : null,
    };
  };
  const texts = (lang: Lang): LandingTexts =>
    Object.fromEntries(
      LANDING_KEYS.map((key) => [key, rawSentence(world.texts, lang, `landing.${key}`)]),
    ) as LandingTexts;
  const handler = landingHandler({
    findCode,
    messengerPage: config.messenger?.pageId ?? null,
    zaloOa: config.zalo?.oaId ?? null,
    texts: { vi: texts('vi'), en: texts('en') },
    simulator: config.simulator,
    onScan(code) {
      const scanned = world.findCode(code);
      if (scanned) counter.count(scanned.flow.campaign.id, scanned.unit);
    },
  });
  return { handler, close: counter.close };
}

function closes(world: World, lang: Lang, at: number): string {
  const { key, ...params } = showClosing(at);
  return say(world.texts, lang, `time.${key}`, params);
}

/** What Messenger shows before and beside a conversation. Commands in the menu work at any moment. */
export function messengerProfile(world: World): MessengerProfile {
  const greeting = (lang: Lang): string => rawSentence(world.texts, lang, 'messenger.greeting');
  return {
    getStarted: GET_STARTED,
    greetings: { default: greeting('vi'), vi_VN: greeting('vi'), en_US: greeting('en') },
    menu: MENU.map((command) => ({
      title: rawSentence(world.texts, 'vi', `button.${command}`),
      payload: `#menu:${command}`,
    })),
  };
}

/** The stand-in platforms and the phone page; null when both real channels are configured or the simulator is off. */
export function makeSimulatorOf(
  config: Config,
  world: World,
  clock: AppClock,
  log: Log,
  urls: { self: string; public: string },
): Simulator | null {
  const { zalo, messenger, simulator } = config;
  if (!simulator || !zalo || !messenger) return null;
  return makeSimulator({
    clock,
    setClock: (at) => clock.set(at),
    log,
    publicUrl: urls.public,
    zalo: {
      appId: zalo.appId,
      oaId: zalo.oaId,
      oaSecret: zalo.oaSecret.reveal(),
      appSecret: zalo.appSecret.reveal(),
      accessToken: zalo.accessToken.reveal(),
      refreshToken: zalo.refreshToken.reveal(),
      webhookUrl: `${urls.self}/webhooks/zalo`,
    },
    messenger: {
      pageId: messenger.pageId,
      appId: messenger.appId,
      appSecret: messenger.appSecret.reveal(),
      pageToken: messenger.pageToken.reveal(),
      webhookUrl: `${urls.self}/webhooks/messenger`,
      profile: toGraphProfile(messengerProfile(world)),
    },
    examples: () => examples(world),
    moments: () => moments(world),
  });
}

/** Three days before each phase closes, like the first start. */
function moments(world: World): { at: number; label: string }[] {
  return [...world.flows.values()].flatMap(({ campaign }) =>
    campaign.phases.map(({ name, closesAt }) => ({
      at: closesAt - 3 * DAY_MS,
      label: `${campaign.shortName.vi} · ${name.vi}`,
    })),
  );
}

/** A province, a district and an industry of each campaign, for people who have no poster. */
function examples(world: World): { code: string; label: string }[] {
  return [...world.flows.values()].flatMap(({ campaign }) =>
    ['84', '844', 'TW14'].flatMap((code) => {
      const unit = campaign.units.byCode(code);
      return unit ? [{ code: showCode(campaign.code, code), label: `${campaign.shortName.vi} · ${unit.name}` }] : [];
    }),
  );
}
