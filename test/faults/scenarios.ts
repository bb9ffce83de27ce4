import { aimed } from './aimed.ts';
import { kill, killTogether } from './kill.ts';
import { mongoBroken, mongoDown } from './mongo-outage.ts';
import { redisFull, redisKill, redisRestart, redisSlow } from './redis-outage.ts';
import { paused } from './paused.ts';
import { rolling } from './rolling.ts';
import type { Scenario } from './scenario.ts';
import { webhooks } from './webhooks.ts';

/** All of them, in the order in which a full run plays them. A new one is a file with one export and a line here. */
export const SCENARIOS: readonly Scenario[] = [
  kill,
  killTogether,
  aimed,
  rolling,
  paused,
  webhooks,
  redisRestart,
  redisKill,
  redisFull,
  redisSlow,
  mongoDown,
  mongoBroken,
];
