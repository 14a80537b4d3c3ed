/** What a simulated log really holds, written as JSON beside it. Sources, users and sensors are texts. */
export interface Truth {
  readonly schema: 'slowbrute.truth/1';
  readonly scenario: string;
  readonly seed: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Attempts in the log: failures and successes, one per credential offered. */
  readonly attempts: number;
  readonly campaigns: readonly TrueCampaign[];
  /** Sources that belong to people and their machines; none of them may ever be named. */
  readonly people: readonly string[];
  /** Everything else that failed: what kind of visitor each source was. */
  readonly background: {
    readonly loud: readonly string[];
    readonly scanners: readonly string[];
  };
}

export interface TrueCampaign {
  readonly name: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly attempts: number;
  readonly sources: readonly string[];
  readonly userCount: number;
  readonly sensors: readonly string[];
  /** Accounts that a participant got into. */
  readonly compromised: readonly { source: string; user: string; time: string; sensor: string }[];
  /** Where the same actor came several times, with quiet weeks or months between: each visit. Otherwise left out. */
  readonly visits?: readonly CampaignVisit[];
}

/** Some sources take part in several visits of the campaign. */
export interface CampaignVisit {
  readonly name: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly attempts: number;
  readonly sources: readonly string[];
}
