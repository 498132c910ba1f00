/** Newest posts of one followed author that become candidates. */
export const PER_AUTHOR = 20;
/** Of those the viewer follows, the ones that posted last. */
export const MAX_FOLLOWEES = 300;
/** Posts the viewer reacted to last that say who is like him. */
export const TASTE_POSTS = 100;
/** A post with more reactions says nothing about who is alike. */
export const MAX_TASTE_REACTIONS = 500;
/** Accounts most like the viewer. */
export const PEERS = 100;
/** Newest reactions, and newest reposts, of one account that become candidates. */
export const PER_PERSON = 50;
/** Accounts named behind one post. */
export const NAMED = 20;
