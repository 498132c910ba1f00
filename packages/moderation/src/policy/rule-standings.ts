/** What a pipeline asks before a rule removes by itself. */
export interface RuleStandings {
  /** Rules that put content before a person instead of removing it. May be some seconds old. */
  demoted(): Promise<ReadonlySet<string>> | ReadonlySet<string>;
}
