import { z } from 'zod';
import { operation } from '../kernel/operation.js';
import {
  audienceSchema,
  contentSchema,
  dashboardSchema,
  engagementSchema,
  growthSchema,
  spanFields,
} from './types.js';

const input = z.strictObject(spanFields);

/** Public operations of the analytics. Own numbers; another's only for staff with `analytics.read`. */
export const analyticsOperations = {
  content: operation({
    name: 'analytics.content',
    summary: 'How the posts of the span do: totals, rates, best times, by type and hashtag.',
    method: 'GET',
    path: '/analytics/content',
    permission: 'user',
    input,
    output: contentSchema,
  }),
  audience: operation({
    name: 'analytics.audience',
    summary: 'Who follows, how that changed in the span, and what they do.',
    method: 'GET',
    path: '/analytics/audience',
    permission: 'user',
    input,
    output: audienceSchema,
  }),
  engagement: operation({
    name: 'analytics.engagement',
    summary: 'Impressions, reach and engagements of the span, by day and by hour.',
    method: 'GET',
    path: '/analytics/engagement',
    permission: 'user',
    input,
    output: engagementSchema,
  }),
  dashboard: operation({
    name: 'analytics.dashboard',
    summary: 'All parts at once, with the span before and recommendations.',
    method: 'GET',
    path: '/analytics/dashboard',
    permission: 'user',
    input,
    output: dashboardSchema,
  }),
  export: operation({
    name: 'analytics.export',
    summary:
      'The numbers of the span by day and by post, as CSV or JSON, with the version of the definitions.',
    method: 'GET',
    path: '/analytics/export',
    permission: 'user',
    input: z.strictObject({ ...spanFields, format: z.enum(['csv', 'json']).default('csv') }),
    output: z.object({
      fileName: z.string(),
      mediaType: z.string(),
      definitionsVersion: z.string(),
      body: z.string(),
    }),
  }),
  growth: operation({
    name: 'analytics.growth',
    summary: 'How the platform grows: new and active accounts, stickiness, retention of cohorts. UTC days.',
    method: 'GET',
    path: '/analytics/growth',
    permission: 'staff:analytics.read',
    rateLimit: 'staff',
    input: z.strictObject({ days: spanFields.days, until: spanFields.until }),
    output: growthSchema,
  }),
} as const;
