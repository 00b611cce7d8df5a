/** Door `troupe/inspect`: session actors in the Stately inspector. */
export {};
