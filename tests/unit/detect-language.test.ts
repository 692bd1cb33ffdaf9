import { detectLanguage } from '@octavia/pipeline/language/detect';
import { describe, expect, it } from 'vitest';

/** Everyday sentences, one a line. */
const SENTENCES: Readonly<Record<string, string>> = {
  en: `I don't know what to say. Where have you been?
    The bridge was closed after the storm, so we had to walk.
    She promised to bring the photographs back on Friday.
    Nobody in the village had ever seen such a large ship.
    If the engine makes that noise again, stop and call me.
    We planted the apple trees when my daughter was born.
    The museum opens at nine and closes before sunset.
    He has been working on this song for almost two years.`,
  es: `No sé qué decir. ¿Dónde has estado?
    El puente estaba cerrado después de la tormenta y tuvimos que caminar.
    Prometió devolver las fotografías el viernes.
    Nadie en el pueblo había visto nunca un barco tan grande.
    Si el motor vuelve a hacer ese ruido, para y llámame.
    Plantamos los manzanos cuando nació mi hija.
    El museo abre a las nueve y cierra antes del anochecer.
    Lleva casi dos años trabajando en esta canción.`,
  fr: `Je ne sais pas quoi dire. Où étais-tu ?
    Le pont était fermé après la tempête, nous avons donc dû marcher.
    Elle a promis de rapporter les photographies vendredi.
    Personne au village n'avait jamais vu un si grand navire.
    Si le moteur refait ce bruit, arrête-toi et appelle-moi.
    Nous avons planté les pommiers à la naissance de ma fille.
    Le musée ouvre à neuf heures et ferme avant le coucher du soleil.
    Il travaille sur cette chanson depuis presque deux ans.`,
  de: `Ich weiß nicht, was ich sagen soll. Wo warst du?
    Die Brücke war nach dem Sturm gesperrt, also mussten wir laufen.
    Sie hat versprochen, die Fotos am Freitag zurückzubringen.
    Niemand im Dorf hatte jemals ein so großes Schiff gesehen.
    Wenn der Motor wieder so klingt, halte an und ruf mich.
    Wir haben die Apfelbäume gepflanzt, als meine Tochter geboren wurde.
    Das Museum öffnet um neun und schließt vor Sonnenuntergang.
    Er arbeitet seit fast zwei Jahren an diesem Lied.`,
  it: `Non so cosa dire. Dove sei stato?
    Il ponte era chiuso dopo la tempesta, quindi abbiamo dovuto camminare.
    Ha promesso di riportare le fotografie venerdì.
    Nessuno nel villaggio aveva mai visto una nave così grande.
    Se il motore fa di nuovo quel rumore, fermati e chiamami.
    Abbiamo piantato i meli quando è nata mia figlia.
    Il museo apre alle nove e chiude prima del tramonto.
    Lavora a questa canzone da quasi due anni.`,
  pt: `Não sei o que dizer. Onde você esteve?
    A ponte estava fechada depois da tempestade e tivemos que caminhar.
    Ela prometeu devolver as fotografias na sexta-feira.
    Ninguém na aldeia tinha visto um navio tão grande.
    Se o motor fizer esse barulho de novo, pare e me ligue.
    Plantamos as macieiras quando minha filha nasceu.
    O museu abre às nove e fecha antes do pôr do sol.
    Ele trabalha nesta canção há quase dois anos.`,
};

const all = Object.entries(SENTENCES).flatMap(([language, texts]) =>
  texts.split('\n').map((text) => [language, text.trim()] as const),
);

describe('detectLanguage', () => {
  it.each(all)('%s: %s', (language, text) => {
    const found = detectLanguage(text);
    expect(found?.language).toBe(language);
    expect(found?.confidence).toBeGreaterThan(0.5);
    expect(found?.confidence).toBeLessThanOrEqual(1);
  });

  it('says nothing about a text without words', () => {
    expect(detectLanguage('')).toBeUndefined();
    expect(detectLanguage('😀 … 12')).toBeUndefined();
  });
});
