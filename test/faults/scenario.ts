import type { Random } from './random.ts';
import type { World, WorldOptions } from './world.ts';

/** One way in which things go wrong while people talk. A file of its own, named in scenarios.ts. */
export type Scenario = {
  name: string;
  /** The sentence of docs/reliability.md that it proves. */
  claim: string;
  /** What its world has besides the usual. */
  world?: Partial<WorldOptions>;
  /** Starts what the world needs from outside, such as a cluster; what it gives wins over `world`, `close` is called at the end. */
  before?(): Promise<{ world: Partial<WorldOptions>; close(): Promise<void> }>;
  /**
   * Does its faults while people talk; when it resolves nobody new begins, the others finish, and everything is checked.
   * What it throws counts as a fault of the product.
   */
  run(world: World, plan: Plan): Promise<void>;
};

/** How much of it. */
export type Plan = {
  random: Random;
  /** Kills in all, of those scenarios that kill. */
  kills: number;
  /** For how long, for those that go by time. */
  minutes: number;
};
