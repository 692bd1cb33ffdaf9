/** What the sample clip says, in both languages, and the pause before each line. Our own words. */
export interface ScriptLine {
  readonly english: string;
  readonly spanish: string;
  /** Seconds of music before the line. */
  readonly pause: number;
}

export const SCRIPT: readonly ScriptLine[] = [
  {
    english: 'Good evening, and welcome aboard.',
    spanish: 'Buenas noches y bienvenidos a bordo.',
    pause: 1.2,
  },
  {
    english: 'Tonight the sea is calm, and the wind is on our side.',
    spanish: 'Esta noche el mar está en calma y el viento nos ayuda.',
    pause: 0.9,
  },
  {
    english: 'Have you ever watched the sun go down over the water?',
    spanish: '¿Alguna vez han visto ponerse el sol en el agua?',
    pause: 1.1,
  },
  {
    english: 'It takes about two minutes, and nobody says a word.',
    spanish: 'Dura unos dos minutos y nadie dice nada.',
    pause: 0.8,
  },
  {
    english: 'When it is dark, we will see the first stars.',
    spanish: 'Cuando oscurezca veremos las primeras estrellas.',
    pause: 1.0,
  },
  {
    english: 'Stay with us. The best part is still to come.',
    spanish: 'Quédense con nosotros. Lo mejor está por llegar.',
    pause: 1.1,
  },
];

/** Seconds of music after the last line. */
export const TAIL = 1.8;
