/** What pays for Zalo messages that are not free. */
export type ZaloPurse = {
  /** Messages of the OA's package that are left for late consultation messages. */
  packageLeft: number;
  /** Of the Zalo Cloud Account, in đồng. */
  balanceVnd: number;
};

/** Assumed: the real price of a consultation message after 48 hours is not known (zalo.md §3.1). */
export const LATE_MESSAGE_VND = 55;
/** Source: the size of sample `response.message_cs.quota_sub_quota.json`. */
export const PACKAGE_TOTAL = 1500;

/** True when the balance covered it and is lower now. */
export function pay(purse: ZaloPurse, vnd: number): boolean {
  if (purse.balanceVnd < vnd) return false;
  purse.balanceVnd -= vnd;
  return true;
}
