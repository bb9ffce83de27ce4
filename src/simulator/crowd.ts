import { readFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { ChannelName } from '../core/contact.ts';
import type { Act } from './acts.ts';
import type { Feed } from './feed.ts';
import type { People, Person } from './people.ts';
import type { Phones } from './phones.ts';

const wordsSchema = z.object({
  families: z.array(z.string()),
  middles: z.array(z.string()),
  given: z.array(z.string()),
  /** Codes of units that both campaigns know. */
  units: z.array(z.string()),
  titles: z.array(z.string()),
  descriptions: z.array(z.string()),
  hello: z.string(),
  getStarted: z.string(),
  /** What is answered to a message that holds `hears`; the first that fits. */
  rules: z.array(z.object({ hears: z.string(), says: z.string() })),
  /** Told to who has submitted. */
  done: z.string(),
  /** At which `hears` a person falls silent, in turn; null = they submit. */
  stops: z.array(z.string().nullable()),
});
const WORDS = wordsSchema.parse(JSON.parse(readFileSync(new URL('./page/crowd.json', import.meta.url), 'utf8')));

/** So many talk at a time. */
const TOGETHER = 6;
/** Several messages of the bot make one answer: it is read after so long without another, in ms. */
const READ_AFTER_MS = 300;
/** Whom the bot leaves without an answer so long goes away, in ms. */
const PATIENCE_MS = 30_000;

export type Crowd = {
  /** People yet to finish, after `count` more have come. */
  come(count: number): number;
  left(): number;
  close(): void;
};

/**
 * Made-up people who come by posters or by themselves, answer what the bot asks and stop at different questions, so that a
 * fresh start has somebody to look at, to remind and to write to. `prefix`: of the campaign's codes, such as `1TR`.
 */
export function makeCrowd(platform: { people: People; feed: Feed }, phones: Phones, prefix: () => string): Crowd {
  const waiting: number[] = [];
  const leaving = new Set<() => void>();
  let came = 0;

  const next = (): void => {
    while (leaving.size < TOGETHER) {
      const number = waiting.shift();
      if (number === undefined) return;
      begin(number);
    }
  };

  function begin(number: number): void {
    const channel: ChannelName = number % 2 === 0 ? 'zalo' : 'messenger';
    const person = platform.people.issue(channel);
    person.session = `crowd-${person.id}`;
    const says = (text: string): void => act(person, { type: 'text', text });
    const answers = answersOf(number);
    const stop = pick(WORDS.stops, number);
    let heard = '';
    let timer: NodeJS.Timeout;
    const wait = (ms: number, then: () => void): void => {
      clearTimeout(timer);
      timer = setTimeout(then, ms);
      timer.unref();
    };
    const leave = (): void => {
      clearTimeout(timer);
      unhear();
      leaving.delete(leave);
      next();
    };
    const answer = (): void => {
      const rule = WORDS.rules.find(({ hears }) => heard.includes(hears));
      if (heard.includes(WORDS.done) || rule?.hears === stop) return leave();
      if (!rule) return wait(PATIENCE_MS, leave); // the question may be in a message that comes late
      heard = '';
      wait(PATIENCE_MS, leave);
      says(rule.says.replace(/\{(\w+)\}/, (whole, name: string) => answers[name] ?? whole));
    };
    const unhear = platform.feed.hear(person.session, (item) => {
      if (item.type !== 'heard') return;
      heard += item.text;
      wait(READ_AFTER_MS, answer);
    });
    leaving.add(leave);
    wait(PATIENCE_MS, leave);
    for (const first of arrivalOf(number, channel, prefix())) act(person, first);
  }

  const act = (person: Person, what: Act): void =>
    phones.act(person, what, [], { twice: false, lateMinutes: 0, shuffle: false, dropEcho: false });

  return {
    come(count) {
      for (let index = 0; index < count; index++) waiting.push(came++);
      next();
      return waiting.length + leaving.size;
    },
    left: () => waiting.length + leaving.size,
    close() {
      waiting.length = 0;
      for (const leave of leaving) leave();
    },
  };
}

/** Two of three come by the poster of a unit. */
function arrivalOf(number: number, channel: ChannelName, prefix: string): Act[] {
  const code = number % 3 === 2 ? null : `${prefix}-${pick(WORDS.units, number)}`;
  if (channel === 'zalo') return [{ type: 'text', text: code ?? WORDS.hello }];
  const start: Act = { type: 'getStarted', title: WORDS.getStarted };
  return code === null ? [start] : [{ type: 'link', ref: code }, start];
}

const answersOf = (number: number): Record<string, string> => ({
  name: [pick(WORDS.families, number * 5), pick(WORDS.middles, number), pick(WORDS.given, number * 3)].join(' '),
  phone: `09${randomInt(10_000_000, 99_999_999)}`,
  title: pick(WORDS.titles, number),
  description: pick(WORDS.descriptions, number),
});

/** Goes round; the list is not empty. */
const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;
