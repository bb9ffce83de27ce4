// The person's side of our conversation for ../shared/bench --ours-script; see peers.ts.
import { tsImport } from 'tsx/esm/api';

const { TURNS, faultOf } = await tsImport('./conversation.ts', import.meta.url);

/** Gives the next act, null at the end, undefined while more of the reply is to come. Throws at a wrong reply. */
export default function worker(reply, step, user) {
  if (reply) {
    const expected = TURNS[step - 1].replies;
    const heard = (user.data.heard ?? 0) + 1;
    const fault = faultOf(reply, expected[heard - 1]);
    if (fault) throw new Error(fault);
    user.data.heard = heard < expected.length ? heard : 0;
    if (heard < expected.length) return undefined;
  }
  return TURNS[step] ? TURNS[step].act(user.seq, reply) : null;
}
