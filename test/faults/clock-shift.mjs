// Loaded before the product (`node --import`): its wall clock runs as many ms ahead as the file CLOCK_SHIFT_FILE says at that
// moment; the monotonic clock and the timers go on undisturbed, as they do when the clock of a machine is set.
import { readFileSync } from 'node:fs';

const file = process.env.CLOCK_SHIFT_FILE;
const RealDate = Date;
const realNow = Date.now;
const now = () => realNow() + Number(readFileSync(file, 'utf8'));

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }
  static now() {
    return now();
  }
};
