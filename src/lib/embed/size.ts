/** Pixels below the picture: the buttons and one line of text, at any width from 300 pixels on. */
export const BAR_PIXELS = 112;

/** Width over height of the picture. */
export const PICTURE = 16 / 9;
