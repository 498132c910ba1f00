/** Tables of strikes. Times are Unix milliseconds. */
export interface StrikeTables {
  strikes: {
    id: string;
    account_id: string;
    decision_id: string;
    category: string;
    weight: number;
    at: string;
    expires_at: string;
    revoked_at: string | null;
  };
}
