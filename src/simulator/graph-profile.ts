import { z } from 'zod';

/** What a page may set about itself: parts of the Messenger Profile, loosely. */
export type MessengerProfile = Readonly<Record<string, unknown>>;

/** The Messenger Profile and what its calls are answered. Source: messenger.md §6. */
export function makeProfile(first: MessengerProfile) {
  let profile: MessengerProfile = { ...first };
  return {
    all: () => profile,
    getStarted: (): string =>
      z.object({ payload: z.string() }).catch({ payload: 'GET_STARTED' }).parse(profile['get_started']).payload,
    set(json: unknown): object {
      profile = { ...profile, ...z.record(z.string(), z.unknown()).catch({}).parse(json) };
      return { result: 'success' };
    },
    drop(json: unknown): object {
      const { fields } = z
        .object({ fields: z.array(z.string()) })
        .catch({ fields: [] })
        .parse(json);
      profile = Object.fromEntries(Object.entries(profile).filter(([name]) => !fields.includes(name)));
      return { result: 'success' };
    },
    read(names: readonly string[]): object {
      const rows = Object.fromEntries(Object.entries(profile).filter(([name]) => names.includes(name)));
      return { data: Object.keys(rows).length > 0 ? [rows] : [] };
    },
  };
}
