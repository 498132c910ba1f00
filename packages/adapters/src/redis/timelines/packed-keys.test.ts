import { describe, expect, it } from 'vitest';
import { pageBytes } from './active-readers.js';
import { createKeyPacker } from './packed-keys.js';

const page = pageBytes('3441778753536012290,7,12345678901234567');

describe('packed keys', () => {
  it('are the bulk strings of the protocol, framed by whatever stands around them', () => {
    const keys = createKeyPacker('sk:tl:{7}:', 3)();
    keys.add(page, 0, 19);
    keys.add(page, 20, 21);
    keys.add(page, 22, 39);
    expect(keys.count).toBe(3);
    expect(keys.frame('*5\r\n', '$1\r\nx\r\n').toString()).toBe(
      '*5\r\n$29\r\nsk:tl:{7}:3441778753536012290\r\n$11\r\nsk:tl:{7}:7\r\n$27\r\nsk:tl:{7}:12345678901234567\r\n$1\r\nx\r\n',
    );
  });

  it('can be framed again, and used again when they were sent', () => {
    const keys = createKeyPacker('é:', 2)();
    keys.add(page, 20, 21);
    keys.frame('a', 'x'.repeat(5000));
    expect(keys.frame('a', 'z').toString()).toBe('a$4\r\né:7\r\nz');
    keys.clear();
    expect(keys.count).toBe(0);
    keys.add(page, 0, 19);
    expect(keys.frame('', '').toString()).toBe('$22\r\né:3441778753536012290\r\n');
  });

  it('refuse a prefix that no key can have', () => {
    expect(() => createKeyPacker('x'.repeat(901), 1)).toThrow(TypeError);
  });
});
