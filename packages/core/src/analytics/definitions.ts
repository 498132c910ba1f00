/** Version of the definitions below: it stands in every answer and every export, and changes with any of them. */
export const DEFINITIONS_VERSION = '1';

/** What every number means. */
export const DEFINITIONS = {
  impressions:
    'Views of at least half of the post for at least one second, once per viewer, post and session. Own views and bots are left out; sampled views count with their weight.',
  reach:
    'Distinct viewers: exact up to 256, within 0.8 % (standard error) above. Reach of days does not add up to reach of the span.',
  frequency: 'Impressions over reach.',
  engagements:
    'Likes, comments, shares, bookmarks, link clicks and profile clicks of others. What is taken back is subtracted in the hour it was given.',
  engagementRate:
    'Engagements over reach (byReach), over impressions (byImpressions), over followers when the post was published (byFollowers): pooled, mean of posts and median; n is the number of posts behind it. Null without any. Of a span as a whole: engagements over impressions.',
  bestTimes:
    'Mean engagements of posts published in an hour of the week, local time, over 365 days: (n mean + 10 mean of all) / (n + 10), with its 95 % interval. Hours with fewer than 5 posts recommend nothing.',
  growthRate: '(end - start) / start over the span. Null for a start of 0.',
  activeFollowers: 'Followers by their engagements in the span, whole UTC days.',
  audienceSplit: 'Followers by what they say of themselves. Cells under 10 people are hidden, and one more.',
  amplification: 'Distinct viewers who came through a share over distinct viewers who came directly.',
  reproduction: 'Shares by people who came through a share over distinct people who came through one (n).',
  followerGrowth:
    'Follows begun (gains) and ended (losses); the total is counted back from the followers of today.',
  stickiness: 'Mean daily active accounts over accounts active in 30 days.',
  retention: 'Of the accounts that joined on a day, the share active 1, 7 and 30 days later.',
} as const;
