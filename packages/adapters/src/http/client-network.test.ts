import { describe, expect, it } from 'vitest';
import { clientAddress, networkOf } from './client-network.js';

describe('networkOf', () => {
  it('is the address for IPv4 and the /64 for IPv6, in one form whatever the spelling', () => {
    for (const [address, network] of [
      ['203.0.113.7', '203.0.113.7'],
      ['::ffff:203.0.113.7', '203.0.113.7'],
      ['::ffff:cb00:7107', '203.0.113.7'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
      ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
      ['2001:db8::', '2001:db8:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
      ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
      [' 203.0.113.7 ', '203.0.113.7'],
    ])
      expect(networkOf(address)).toBe(network);
  });

  it('puts everything that is no address under one roof', () => {
    for (const address of [
      undefined,
      '',
      'localhost',
      '1.2.3',
      '1.2.3.4.5',
      '999.1.1.1',
      '::g',
      '2001:db8::1::2',
      '<x>',
    ])
      expect(networkOf(address)).toBe('unknown');
  });
});

describe('clientAddress', () => {
  const with_ = (value: string) => new Headers({ 'x-forwarded-for': value });

  it('ignores the header without trusted proxies', () => {
    expect(clientAddress(with_('1.1.1.1'), '10.0.0.1', 0)).toBe('10.0.0.1');
  });

  it('takes the entry that the outermost trusted proxy wrote', () => {
    const headers = with_('6.6.6.6, 2.2.2.2, 10.0.0.2');
    expect(clientAddress(headers, '10.0.0.1', 1)).toBe('10.0.0.2');
    expect(clientAddress(headers, '10.0.0.1', 2)).toBe('2.2.2.2');
    expect(clientAddress(headers, undefined, 1)).toBe('10.0.0.2');
  });

  it('takes the farthest there is when proxies are missing, and never more', () => {
    expect(clientAddress(new Headers(), '10.0.0.1', 2)).toBe('10.0.0.1');
    expect(clientAddress(with_('2.2.2.2'), '10.0.0.1', 5)).toBe('2.2.2.2');
    expect(clientAddress(new Headers(), undefined, 1)).toBeUndefined();
  });

  it('reads ports and brackets', () => {
    expect(clientAddress(with_('[2001:db8::1]:443'), '10.0.0.1', 1)).toBe('2001:db8::1');
    expect(clientAddress(with_('2.2.2.2:1234'), '10.0.0.1', 1)).toBe('2.2.2.2');
  });
});
