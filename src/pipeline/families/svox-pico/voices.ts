/** Ends the id of a voice that is lowered. */
export const LOW = '-low';
/** How low, against the speaker's own pitch: a man's, and understood as well as her own (2026-11). */
export const LOW_PITCH = 0.7;
