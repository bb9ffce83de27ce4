import type { World } from '../engine/flow.ts';

/**
 * A world that can be replaced while it is held: every look at it goes to the one that is in force then. A turn looks many times
 * and never waits in between, so it sees one world from its beginning to its end; one that asks the outside goes on in the world
 * that is in force when the answer comes.
 */
export function liveWorld(first: World): { world: World; replace(next: World): void } {
  let now = first;
  return {
    world: {
      get flows() {
        return now.flows;
      },
      get texts() {
        return now.texts;
      },
      get words() {
        return now.words;
      },
      defaultFlow: (at) => now.defaultFlow(at),
      findCode: (text) => now.findCode(text),
    },
    replace(next) {
      now = next;
    },
  };
}
