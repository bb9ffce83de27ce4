import { describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { dropReserve, freeBytes, FULL_ADVICE, isLow, isRoomy, makeReserve } from './disk-room.ts';
import { askRedis, type RedisAddress } from './redis-client.ts';

const LOOK_EVERY_MS = 1000;
const ANSWER_MS = 1000;
const FAULT_ADVICE =
  'embedded redis cannot write its append-only file and takes nothing in, though there is space: look at the disk ' +
  'under DATA_DIR (quota, permissions, kernel log); the bot goes on by itself once it can be written';

/**
 * Keeps the embedded Redis from acknowledging what it cannot write down. Redis itself notices a full disk only when a
 * write has failed, and what it had acknowledged in that pass of its loop then stands in its memory alone. So it is made
 * to refuse all writes (NOREPLICAS) while the disk is nearly full, and is given the reserve to write the rest.
 */
export type RedisGuard = {
  /** Looks now: after the server was started anew. */
  look(): Promise<void>;
  close(): void;
};

export function guardRedis(dir: string, address: RedisAddress, log: Log): RedisGuard {
  let paused = false;
  let rewriteFailed = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  makeReserve(dir);

  async function look(): Promise<void> {
    // none comes while the server is being started again, as when it could not flush a write
    const info = (await askRedis(address, ['INFO persistence'], ANSWER_MS)) ?? '';
    if (closed) return;
    const failed = /^aof_last_write_status:err/m.test(info);
    if (failed || isLow(dir)) await pause(failed);
    else if (paused && isRoomy(dir) && makeReserve(dir)) await goOn();
    tellOfRewrite(/^aof_last_bgrewrite_status:err/m.test(info));
  }

  /** Every time anew, as a server that was started again has forgotten it. */
  async function pause(failed: boolean): Promise<void> {
    await setReplicas(1);
    if (paused) return;
    paused = true;
    const facts = { dir, freeBytes: freeBytes(dir), writeFailed: failed };
    log.error(facts, failed && isRoomy(dir) ? FAULT_ADVICE : FULL_ADVICE);
    dropReserve(dir);
  }

  async function goOn(): Promise<void> {
    await setReplicas(0);
    paused = false;
    log.info({ dir, freeBytes: freeBytes(dir) }, 'there is space on the disk again: the embedded stores go on');
  }

  /** There are no replicas, so with one wanted every write is refused before anything of it is done. */
  const setReplicas = (wanted: 0 | 1): Promise<string | null> =>
    askRedis(address, [`CONFIG SET min-replicas-to-write ${wanted}`], ANSWER_MS);

  function tellOfRewrite(failed: boolean): void {
    if (failed && !rewriteFailed)
      log.warn(
        { dir, freeBytes: freeBytes(dir) },
        'embedded redis could not rewrite its append-only file; tries again',
      );
    rewriteFailed = failed;
  }

  function schedule(): void {
    if (!closed) timer = setTimeout(again, LOOK_EVERY_MS).unref();
  }

  function again(): void {
    look()
      .catch((error: unknown) => log.warn(describeError(error), 'embedded redis: the disk could not be looked at'))
      .finally(schedule);
  }
  schedule();

  return {
    look,
    close() {
      closed = true;
      clearTimeout(timer);
      dropReserve(dir); // room for what the server writes at its end
    },
  };
}
