import type { NudgeResult } from './broadcast.ts';
import type { ContactSnapshot } from './archive.ts';
import type { ActResult } from './handover.ts';
import type { Person } from './person.ts';
import type { Reply } from './reply.ts';
import type { Outcome, Request, Task } from './request.ts';
import type { InboundEvent } from './event.ts';
import type { Session } from './session.ts';

/**
 * What one event did to one conversation. With a `request`, the shell asks the outside and plays `resume` with the answer,
 * within the same turn; replies and tasks of the parts add up.
 */
export type TurnResult = {
  session: Session;
  replies: readonly Reply[];
  tasks: readonly Task[];
  request: Request | null;
  /** What became of an act of staff, once it is known; missing for other events. */
  act?: ActResult;
  /** What became of a nudge; missing for other events. */
  nudge?: NudgeResult;
};

/** The engine as the shell sees it: pure; the same input gives the same result. `at` is epoch ms. */
export type Engine = {
  turn(session: Session | null, event: InboundEvent, at: number): TurnResult;
  resume(session: Session, event: InboundEvent, at: number, request: Request, outcome: Outcome): TurnResult;
  person(session: Session): Person;
  drafts(session: Session): ContactSnapshot['drafts'];
  /** How long a session must be kept after `at`, in ms. */
  keepFor(session: Session, at: number): number;
  /** Said once when a turn must wait for a store that is down. */
  busyReply(session: Session | null): Reply;
  /** Said when what the person sent could not be worked on and was put aside. */
  failedReply(session: Session | null): Reply;
};
