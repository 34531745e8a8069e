// What a receipt printer makes of the bytes it gets: the commands of ESC/POS that maitred sends, read one after the other. What is no command, and no text,
// is a problem. Letters come back as a page of the printer has them.

export interface Paper {
  problems: string[];
  /** Letters, with their lines, as bytes of the code page. */
  text: Buffer;
  codePage: number | null;
  /** The dots of all pictures. */
  width: number;
  rows: number;
  black: number;
  cuts: number;
  drawer: number;
  codes: string[];
  /** Requests for status (GS r). */
  asked: number;
}

export function readEscpos(bytes: Buffer): Paper {
  const paper: Paper = { problems: [], text: Buffer.alloc(0), codePage: null, width: 0, rows: 0, black: 0, cuts: 0, drawer: 0, codes: [], asked: 0 };
  const letters: number[] = [];
  let stored = '';
  let at = 0;
  const u8 = (offset: number) => bytes[at + offset] ?? 0;
  while (at < bytes.length) {
    const lead = u8(0);
    const command = String.fromCharCode(u8(1));
    if (lead === 0x1b && command === '@') at += 2;
    else if (lead === 0x1b && command === 't') {
      paper.codePage = u8(2);
      at += 3;
    } else if (lead === 0x1b && ['a', 'E', 'd'].includes(command)) at += 3;
    else if (lead === 0x1b && command === 'J') {
      paper.rows += u8(2);
      at += 3;
    } else if (lead === 0x1b && command === 'p') {
      paper.drawer += 1;
      at += 5;
    } else if (lead === 0x1d && command === '!') at += 3;
    else if (lead === 0x1d && command === 'V') {
      paper.cuts += 1;
      at += u8(2) >= 65 ? 4 : 3;
    } else if (lead === 0x1d && command === 'r') {
      paper.asked += 1;
      at += 3;
    } else if (lead === 0x10 && u8(1) === 4) at += 3;
    else if (lead === 0x1d && command === '(' && String.fromCharCode(u8(2)) === 'k') {
      const length = u8(3) + 256 * u8(4);
      const body = bytes.subarray(at + 5, at + 5 + length);
      if (body.length !== length) paper.problems.push('a code is cut off');
      if (body[1] === 0x50) stored = body.subarray(3).toString('utf8');
      if (body[1] === 0x51) paper.codes.push(stored);
      at += 5 + length;
    } else if (lead === 0x1d && command === 'v' && String.fromCharCode(u8(2)) === '0') {
      const [width, rows] = [u8(4) + 256 * u8(5), u8(6) + 256 * u8(7)];
      const dots = bytes.subarray(at + 8, at + 8 + width * rows);
      if (dots.length !== width * rows) paper.problems.push('a picture is cut off');
      for (const byte of dots) for (let bit = 0; bit < 8; bit++) paper.black += (byte >> bit) & 1;
      paper.width = Math.max(paper.width, width * 8);
      paper.rows += rows;
      at += 8 + width * rows;
    } else if (lead >= 0x20 || lead === 0x0a) {
      letters.push(lead);
      at += 1;
    } else {
      paper.problems.push(`byte ${lead.toString(16)} at ${at}`);
      at += 1;
    }
  }
  paper.text = Buffer.from(letters);
  return paper;
}
