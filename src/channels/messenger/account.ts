export type MessengerAccount = {
  pageId: string;
  appId: string;
  /** Exact texts of the automatic replies set in Business Suite, so that they are not taken for staff. */
  autoReplies: readonly string[];
};
