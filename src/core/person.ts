/** Who a contact is, as far as they told: of the open draft, else of the last entry. '' and empty where they did not. */
export type Person = {
  name: string;
  /** E.164. */
  phone: string;
  /** Codes of units from the first level down to their workplace: who is bound to one of them may see the conversation. */
  units: readonly string[];
};
