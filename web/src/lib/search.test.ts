import { expect, test } from 'vitest';
import { finds } from './search';

test.each([
  ['Tiramisù', 'tiramisu', true],
  ['Tiramisù', 'TIRAMISÙ', true],
  ['Burrata Creamy mozzarella from Andria', 'mozarela', true],
  ['Burrata Creamy mozzarella from Andria', 'mozzarlela', true],
  ['Jalapeños', 'jalapeno', true],
  ['Weißwurst', 'weisswurst', true],
  ['Crème brûlée', 'creme brulee', true],
  ['Prosciutto e funghi', 'funghi prosciutto', true],
  ['Quattro formaggi', 'formagi', true],
  ['Gazpacho', 'gaspacho', true],
  ['Soup of the day', 'soap', false],
  ['Marinara', 'margherita', false],
  ['Салат', 'салат', true],
  ['Ёжик', 'ежик', true],
  ['Pizza', '', true],
  ['Pizza', '   ', true],
  ['Pizza', '.*', true],
  ['Espresso', 'cappuccino', false],
])('%s found by "%s": %s', (text, typed, expected) => expect(finds(text, typed)).toBe(expected));
