import { describeError } from '../base/errors.ts';
import { stepOutbox, type OutboxStep, type SendMark } from '../stores/redis/outbox.ts';
import type { SendShell } from './shell.ts';

/** The writes of one partition's sends, gathered so that many go in one script; in the order in which they were made. */
export type Steps = {
  /** `then` is called when the mark is written, or refused for good because staff hold the conversation; never after the tenure has ended. */
  mark(mark: SendMark, then: ((isRefused: boolean) => void) | null): void;
  settle(settle: OutboxStep['settles'][number]): void;
  /** Resolves when everything is written. */
  flushed(): Promise<void>;
  drop(): void;
};

export function makeSteps(shell: SendShell, p: number, token: string, onBroken: () => void): Steps {
  const { connection, clock, log } = shell;
  let marks: SendMark[] = [];
  let marked: { row: string; goOn(isRefused: boolean): void }[] = [];
  let settles: OutboxStep['settles'] = [];
  let scheduled = false;
  let writing = false;
  let over = false;
  let whenFlushed: (() => void)[] = [];

  function schedule(): void {
    if (scheduled || writing || over) return;
    scheduled = true;
    setImmediate(write);
  }

  function write(): void {
    scheduled = false;
    if (over) return;
    if (marks.length === 0 && settles.length === 0) {
      for (const resolve of whenFlushed) resolve();
      whenFlushed = [];
      return;
    }
    writing = true;
    const step = { marks, settles };
    const written = marked;
    marks = [];
    settles = [];
    marked = [];
    stepOutbox(connection, p, token, step, clock.now()).then(
      (refused) => {
        writing = false;
        if (!refused) return fail(step, null);
        if (over) return;
        for (const { row, goOn } of written) goOn(refused.has(row));
        if (marks.length > 0 || settles.length > 0 || whenFlushed.length > 0) schedule();
      },
      (error: unknown) => fail(step, error),
    );
  }

  /** Not ours any more, or unknown whether it is written: what is known to have arrived must not be sent again. */
  function fail(step: OutboxStep, error: unknown): void {
    writing = false;
    log.warn(
      { partition: p, ...(error ? describeError(error) : { code: 'lease.lost' }) },
      'an outbox step was not written',
    );
    leaveWord(step);
    if (!over) onBroken();
  }

  function leaveWord(step: OutboxStep): void {
    for (const { row, messageIds } of step.settles) proveAll(row, messageIds);
    for (const { row, progress } of step.marks) proveAll(row, progress.ids); // of its earlier parts
  }

  function proveAll(row: string, ids: readonly string[]): void {
    ids.forEach((messageId, part) => shell.prove(p, { row, part, messageId }));
  }

  return {
    mark(mark, then) {
      if (over) return;
      marks.push(mark);
      if (then) marked.push({ row: mark.row, goOn: then });
      schedule();
    },
    settle(settle) {
      if (over) return leaveWord({ marks: [], settles: [settle] });
      settles.push(settle);
      schedule();
    },
    flushed() {
      if (over || (!writing && !scheduled && marks.length === 0 && settles.length === 0)) return Promise.resolve();
      return new Promise((resolve) => whenFlushed.push(resolve));
    },
    drop() {
      over = true;
      leaveWord({ marks, settles });
      for (const resolve of whenFlushed) resolve();
      whenFlushed = [];
    },
  };
}
